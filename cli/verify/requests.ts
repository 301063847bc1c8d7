import { STATUS_CODES } from "node:http";
import { CLOUD_TRACE_HEADER } from "../../contract/trace-context";
import type { HttpClient, HttpResponse } from "../process/https";
import { jsonIn } from "../process/json";
import type { Place } from "./deployment";

/** A request of a probe. GET and OPTIONS change nothing (RFC 9110, 9.2.1). */
export interface ProbeRequest {
  readonly method: "GET" | "OPTIONS";
  /** The gateway, or what the request then calls past it. */
  readonly to: "gateway" | (Place & { readonly name: string });
  /** Sent byte for byte. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The name of a token, or `junk`. Requests can be printed, so they hold no tokens. */
  readonly as?: string | undefined;
  /** Header that carries the credential. Default: Authorization. */
  readonly credentialHeader?: string;
}

/** `GET /orders as CALLER_TOKEN`. */
export function describeRequest({ method, to, path, as, credentialHeader, headers }: ProbeRequest): string {
  const target = to === "gateway" ? path : `${path} of ${to.name} itself`;
  const place = credentialHeader === undefined ? "" : ` in ${credentialHeader}`;
  const credential = as === undefined ? "" : ` as ${as === "junk" ? "a junk token" : as}${place}`;
  const sent = Object.keys(headers ?? {}).join(", ");
  return `${method} ${target}${credential}${sent === "" ? "" : ` with ${sent}`}`;
}

/** The clock, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Minimum time between two requests, in milliseconds: far below any useful throttle. */
export const PAUSE_MILLISECONDS = 250;

/** A token that no issuer has signed. It has the form of a token, so that no earlier check of the form refuses it. */
const JUNK = "junk.junk.junk";

/** Sends the probes' requests, one after another. */
export class Sender {
  private earliest = 0;

  /** @param tokens by name */
  constructor(
    private readonly gateway: Place,
    private readonly tokens: Readonly<Record<string, string | undefined>>,
    private readonly client: HttpClient,
    private readonly clock: Clock,
  ) {}

  async send(request: ProbeRequest): Promise<Answer> {
    const { method, to, path, as, credentialHeader = "Authorization" } = request;
    const token = as === "junk" ? JUNK : as && this.tokens[as];
    if (as !== undefined && token === undefined) throw new Error(`a probe was planned without ${as}`);
    const credential = token === undefined ? {} : { [credentialHeader]: `Bearer ${token}` };
    const headers = { "user-agent": "front-door-verify", ...request.headers, ...credential };
    const { origin, basePath = "", at } = to === "gateway" ? this.gateway : to;
    await this.clock.sleep(Math.max(0, this.earliest - this.clock.now()));
    this.earliest = this.clock.now() + PAUSE_MILLISECONDS;
    return answerOf(await this.client({ method, origin, at, path: `${basePath}${path}`, headers }));
  }
}

/** An answer to a probe, with the checks that every judge needs. */
export interface Answer extends HttpResponse {
  /** The author of the answer, as its headers and body show it. Default: the service. */
  readonly by: "gateway" | "cloud-run" | "service";
  /** The gateway's id of the request, for its logs. On a REST API, this is the id that no caller can choose. */
  readonly requestId: string | undefined;
}

export function answerOf(response: HttpResponse): Answer {
  const { "apigw-requestid": ofHttp, "x-amz-apigw-id": ofRest } = response.headers;
  const isOfRun = isRefusal(response) && /your client does not have permission/i.test(response.body);
  const by = isGatewaysOwn(response) && !cameFromGoogle(response) ? "gateway" : isOfRun ? "cloud-run" : "service";
  return { ...response, by, requestId: ofHttp ?? ofRest };
}

/** Whether the status refuses a caller. */
export function isRefusal({ status }: Pick<Answer, "status">): boolean {
  return status === 401 || status === 403;
}

/**
 * Whether the service itself answered: the gateway let the request pass, and Cloud Run accepted its Google token. False
 * for 401 and 403, because Cloud Run may have written them in a form that is not recognized here.
 */
export function servedBy(answer: Answer): boolean {
  return answer.by === "service" && !isRefusal(answer);
}

/** `GET /orders: the gateway answered 403`. */
export function described(what: string, { by, status }: Pick<Answer, "by" | "status">): string {
  return `${what}: ${by === "cloud-run" ? "Cloud Run" : `the ${by}`} answered ${status}`;
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

/**
 * An HTTP API's own answer is `{"message":"Forbidden"}`: the status text, and no other key. A REST API names the error
 * type in a header, and uses other texts.
 */
function isGatewaysOwn({ status, body, headers }: HttpResponse): boolean {
  if (headers["x-amzn-errortype"] !== undefined) return true;
  const { message, ...rest } = Object(jsonIn(body));
  return message !== undefined && Object.keys(rest).length === 0 && message === STATUS_CODES[status];
}
