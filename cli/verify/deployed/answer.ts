import { STATUS_CODES } from "node:http";
import type { HttpResponse } from "./outside";

/** Who wrote an answer, as far as it shows. Where nothing gives it away, the service. */
export type Answerer = "gateway" | "cloud-run" | "service";

/** An answer to a probe, with what every judge asks of it. */
export interface Answer extends HttpResponse {
  readonly by: Answerer;
  /** The gateway's id of the request, for its logs: of a REST API the one that no caller can choose. */
  readonly requestId: string | undefined;
}

export function answerOf(response: HttpResponse): Answer {
  const { "apigw-requestid": ofHttp, "x-amz-apigw-id": ofRest } = response.headers;
  return { ...response, by: answererOf(response), requestId: ofHttp ?? ofRest };
}

/**
 * The service itself spoke: the gateway let the request pass, and Cloud Run accepted its Google token. Not where the
 * status is 401 or 403, which could be Cloud Run's in words that are not known here.
 */
export function servedBy(answer: Answer): boolean {
  return answer.by === "service" && answer.status !== 401 && answer.status !== 403;
}

/** The gateway itself refused with this status. */
export function refusedByGateway(answer: Answer, status: number): boolean {
  return answer.by === "gateway" && answer.status === status;
}

/** `gateway answered 403`. */
export function inWords({ by, status }: Pick<Answer, "by" | "status">): string {
  return `${by === "cloud-run" ? "Cloud Run" : `the ${by}`} answered ${status}`;
}

/**
 * Whether Google's front end has left its mark, which every answer of Cloud Run bears and none of the gateway's own. A REST
 * API hands a service's `server` on under another name.
 */
export function cameFromGoogle({ headers }: HttpResponse): boolean {
  const servers = [headers.server, headers["x-amzn-remapped-server"]];
  return headers["x-cloud-trace-context"] !== undefined || servers.some((each) => each?.startsWith("Google Frontend"));
}

function answererOf(response: HttpResponse): Answerer {
  if (isGatewaysOwn(response) && !cameFromGoogle(response)) return "gateway";
  const refused = response.status === 401 || response.status === 403;
  return refused && /your client does not have permission/i.test(response.body) ? "cloud-run" : "service";
}

/**
 * An HTTP API answers by itself with `{"message":"Forbidden"}`: the words of the status, and no other key. A REST API names
 * the kind of its answer in a header, and has words of its own.
 */
function isGatewaysOwn({ status, body, headers }: HttpResponse): boolean {
  if (headers["x-amzn-errortype"] !== undefined) return true;
  try {
    const { message, ...rest } = JSON.parse(body);
    return Object.keys(rest).length === 0 && message === STATUS_CODES[status];
  } catch {
    return false;
  }
}
