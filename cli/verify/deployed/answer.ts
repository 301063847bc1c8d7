import { STATUS_CODES } from "node:http";
import { CLOUD_TRACE_HEADER } from "../../../contract/trace-context";
import { jsonIn } from "../../process/json";
import type { HttpResponse } from "./outside";

/** The author of an answer, as its headers and body show it. Default: the service. */
export type Answerer = "gateway" | "cloud-run" | "service";

/** An answer to a probe, with the checks that every judge needs. */
export interface Answer extends HttpResponse {
  readonly by: Answerer;
  /** The gateway's id of the request, for its logs. On a REST API, this is the id that no caller can choose. */
  readonly requestId: string | undefined;
}

export function answerOf(response: HttpResponse): Answer {
  const { "apigw-requestid": ofHttp, "x-amz-apigw-id": ofRest } = response.headers;
  return { ...response, by: answererOf(response), requestId: ofHttp ?? ofRest };
}

/**
 * Whether the service itself answered: the gateway let the request pass, and Cloud Run accepted its Google token. False
 * for 401 and 403, because Cloud Run may have written them in a form that is not recognized here.
 */
export function servedBy(answer: Answer): boolean {
  return answer.by === "service" && !isRefusal(answer);
}

/** Whether the gateway itself refused with this status. */
export function refusedByGateway(answer: Answer, status: number): boolean {
  return answer.by === "gateway" && answer.status === status;
}

/** `gateway answered 403`. */
export function inWords({ by, status }: Pick<Answer, "by" | "status">): string {
  return `${by === "cloud-run" ? "Cloud Run" : `the ${by}`} answered ${status}`;
}

/** `GET /orders: the gateway answered 403`. */
export function described(what: string, answer: Pick<Answer, "by" | "status">): string {
  return `${what}: ${inWords(answer)}`;
}

/** Whether Cloud Run or an Envoy refused a call, or the gateway in their place. */
export function isRefusal({ status }: Pick<Answer, "status">): boolean {
  return status === 401 || status === 403;
}

/**
 * Whether the answer has a header of Google's front end. Every answer of Cloud Run has one, and no answer that the
 * gateway writes itself. A REST API passes a service's `server` header on under another name.
 */
export function cameFromGoogle({ headers }: HttpResponse): boolean {
  const servers = [headers.server, headers["x-amzn-remapped-server"]];
  return (
    headers[CLOUD_TRACE_HEADER.toLowerCase()] !== undefined ||
    servers.some((each) => each?.startsWith("Google Frontend"))
  );
}

function answererOf(response: HttpResponse): Answerer {
  if (isGatewaysOwn(response) && !cameFromGoogle(response)) return "gateway";
  return isRefusal(response) && /your client does not have permission/i.test(response.body) ? "cloud-run" : "service";
}

/**
 * An HTTP API's own answer is `{"message":"Forbidden"}`: the status text, and no other key. A REST API names the error
 * type in a header, and uses other texts.
 */
function isGatewaysOwn({ status, body, headers }: HttpResponse): boolean {
  if (headers["x-amzn-errortype"] !== undefined) return true;
  const { message, ...rest } = Object(jsonIn(body));
  return message !== undefined && Object.keys(rest).length === 0 && message === STATUS_CODES[status];
}
