import { type Resource, StackError } from "../../terraform/document";
import { expectValue, type Stack } from "../../terraform/stack";
import { callHost, escapedForHttp, HostTimeout, type Received, wholeAnswer } from "../shared/host-call";
import { integrationUri } from "../shared/integration-uri";
import { MOST_BODY_BYTES } from "../shared/size-limits";
import { restValue } from "./expressions";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import { decoded, type RestMethod } from "./methods";
import { asBinary, type Headers, headerValue, isBinary, type RestRequest } from "./request";
import { traceRestChoice } from "./rest-choices";

/**
 * Timeout of an integration. AWS can raise it above 29 seconds for an account; the stack does not show that. Streams:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
const TIMEOUT_MILLISECONDS = { least: 50, most: 29_000, mostOfStreams: 900_000 } as const;

/** Sent to every HTTP backend: docs/reference/facts.md#rest-recorded */
const API_ID_HEADER = "X-Amzn-Apigateway-Api-Id";

/** Idle timeout of a regional API's stream. */
const STREAM_IDLE_MILLISECONDS = 300_000;

/** An HTTP proxy integration: the whole request, mapped, and the whole answer, buffered or streamed. */
export class HttpProxy implements RestIntegration {
  private readonly url: URL;
  private readonly mappings: Mappings;
  private readonly httpMethod: string;
  private readonly streams: boolean;
  private readonly timeoutMilliseconds: number;

  constructor(
    private readonly props: IntegrationProps,
    private readonly resource: Resource,
    method: RestMethod,
  ) {
    const { stack } = props;
    const { address } = resource;
    if (stack.value(resource, "request_templates") !== undefined) {
      throw new StackError(`${address}.request_templates`, "a proxy integration has none");
    }
    expectValue(stack, resource, "content_handling", undefined);
    expectValue(stack, resource, "passthrough_behavior", "WHEN_NO_MATCH", "WHEN_NO_MATCH");
    this.httpMethod = stack.text(resource, "integration_http_method");
    this.mappings = new Mappings(stack, resource, method);
    this.url = new URL(integrationUri(stack, resource));
    const mode = stack.value(resource, "response_transfer_mode") ?? "BUFFERED";
    if (mode !== "STREAM" && mode !== "BUFFERED") {
      throw new StackError(`${address}.response_transfer_mode`, `got ${mode}, expected STREAM or BUFFERED`);
    }
    this.streams = mode === "STREAM";
    this.timeoutMilliseconds = readTimeout(stack, resource, this.streams);
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { trace } = this.props;
    const mapped = this.mappings.apply(request);
    const { address } = this.resource;
    for (const skipped of mapped.skipped) traceRestChoice(trace, "rest-mapping-missing", skipped);
    if (mapped.twins.length > 0) traceRestChoice(trace, "rest-header-twin", `${address}.request_parameters`);
    if (mapped.emptied.length > 0) traceRestChoice(trace, "rest-header-empty", `${address}.request_parameters`);
    if (/[?#%]/.test(mapped.path)) traceRestChoice(trace, "rest-path-handed-on", address);
    const result = await this.send(request, mapped.headers, mapped.path);
    if (result.error !== undefined) trace.refuse("gateway", result.error, address);
    return result;
  }

  private async send(request: RestRequest, headers: Headers, path: string): Promise<RestResult> {
    const { ask, api } = this.props;
    const { query } = request;
    const call = {
      url: this.url,
      // An integration of ANY keeps the caller's method.
      method: this.httpMethod === "ANY" ? request.httpMethod : this.httpMethod,
      target: `${path}${query === "" ? "" : `?${query}`}`,
      headers: [...headers, [API_ID_HEADER, api.id]] as const,
      body: asBinary(request, isBinary(headerValue(request.headers, "content-type"), api.binaryMediaTypes)),
    };
    const until = Date.now() + this.timeoutMilliseconds;
    try {
      return await callHost(ask, call, this.timeoutMilliseconds, (received) => this.answerOf(received, request, until));
    } catch (error) {
      const answer = error instanceof HostTimeout ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE";
      return { answer, error: (error as Error).message };
    }
  }

  private async answerOf(received: Received, request: RestRequest, until: number): Promise<RestResult> {
    const { status, stream, giveUp } = received;
    const headers = passedToCaller(received.headers);
    // An answer to HEAD has a length and no body.
    if (request.httpMethod !== "HEAD") remapLength(headers, received);
    if (this.streams) {
      if (stream === undefined) return { answer: { status, headers, body: "", bytes: received.bytes }, status };
      return { answer: { status, headers, body: "", stream: inTime(stream, until - Date.now(), giveUp) }, status };
    }
    const whole = await wholeAnswer(received, MOST_BODY_BYTES);
    if (whole === undefined)
      return { answer: "INTEGRATION_FAILURE", error: `a response over ${MOST_BODY_BYTES} bytes` };
    const [accepted] = headerValue(request.headers, "accept")?.split(",") ?? [];
    const binary = isBinary(accepted, this.props.api.binaryMediaTypes);
    const bytes = asBinary({ body: whole.toString("utf8"), bytes: whole }, binary);
    return { answer: { status, headers, body: bytes.toString("utf8"), bytes }, status };
  }
}

/** The gateway states the length itself. A caller sees the service's under another name. */
function remapLength(headers: Record<string, string | readonly string[]>, { status, bytes, stream }: Received): void {
  delete headers["content-length"];
  if (stream !== undefined || status === 204 || status === 304) return;
  headers["x-amzn-remapped-content-length"] = String(bytes.length);
}

/** Yields the same pieces until the caller has disconnected, the total time is over, or a pause is too long. */
async function* inTime(
  stream: AsyncIterable<Uint8Array>,
  milliseconds: number,
  giveUp: () => void,
): AsyncGenerator<Uint8Array> {
  const whole = setTimeout(giveUp, milliseconds);
  const silent = setTimeout(giveUp, STREAM_IDLE_MILLISECONDS);
  try {
    for await (const piece of stream) {
      silent.refresh();
      yield piece;
    }
  } finally {
    clearTimeout(whole);
    clearTimeout(silent);
    giveUp();
  }
}

function readTimeout(stack: Stack, resource: Resource, streams: boolean): number {
  const { least, most, mostOfStreams } = TIMEOUT_MILLISECONDS;
  const limit = streams ? mostOfStreams : most;
  const declared = Number(stack.value(resource, "timeout_milliseconds") ?? most);
  if (declared >= least && declared <= limit) return declared;
  throw new StackError(`${resource.address}.timeout_milliseconds`, `got ${declared}, expected ${least} to ${limit}`);
}

/** One mapping: `integration.request.header.X-Request-Id` = `context.extendedRequestId`. */
interface Mapping {
  readonly place: "header" | "path";
  readonly name: string;
  readonly value: string;
  readonly address: string;
}

interface MappedRequest {
  readonly headers: Headers;
  /** Path as sent over the wire. */
  readonly path: string;
  /** Keys of mappings that were skipped because their value is missing. */
  readonly skipped: readonly string[];
  /** Names of headers that the caller sent in different upper or lower case than they are mapped. */
  readonly twins: readonly string[];
  /** Names of headers that the caller sent, and that are forwarded with an empty value. */
  readonly emptied: readonly string[];
}

/** Used only to find out which expressions are known, before the first request arrives. */
const ANY_REQUEST: Omit<RestRequest, "match"> = {
  httpMethod: "GET",
  path: "/",
  stagePath: "/",
  query: "",
  headers: [],
  body: "",
  stage: "",
  stageVariables: new Map(),
  sourceIp: "",
  requestId: "",
  extendedRequestId: "",
  startedAt: 0,
  authorizer: new Map(),
};

/** The mappings of one integration, and the path of its `uri`, whose variables they fill. */
class Mappings {
  private readonly all: readonly Mapping[];
  /** `/orders/{id}`. */
  private readonly path: string;

  constructor(stack: Stack, integration: Resource, method: RestMethod) {
    const uri = integrationUri(stack, integration);
    this.path = uri.replace(/^https:\/\/[^/?#]+/, "");
    if (this.path === uri || /[?#]|\$\{/.test(this.path)) {
      throw new StackError(`${integration.address}.uri`, `expected https, a host and a path, got ${uri}`);
    }
    this.all = [...stack.textMap(integration, "request_parameters")].map(([key, value]) =>
      readMapping(`${integration.address}.request_parameters.${key}`, key, value, method),
    );
    const filled = this.all.filter(({ place }) => place === "path").map(({ name }) => name);
    const variables = [...this.path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
    const empty = variables.find((name) => !filled.includes(name));
    if (empty !== undefined) throw new StackError(`${integration.address}.uri`, `no mapping fills {${empty}}`);
    const unused = filled.find((name) => !variables.includes(name));
    if (unused !== undefined) throw new StackError(`${integration.address}.uri`, `has no variable {${unused}}`);
  }

  /** Returns headers and path as the service receives them. */
  apply(request: RestRequest): MappedRequest {
    const passed = passedToService(request.headers);
    const set = new Map<string, string>();
    const skipped: string[] = [];
    const variables = new Map<string, string>();
    for (const { place, name, value: expression, address } of this.all) {
      const value = restValue(expression, request, address);
      if (value === undefined) skipped.push(address);
      else if (place === "header") set.set(name, value);
      else variables.set(name, value);
    }
    const kept = passed.filter(([name]) => !set.has(name));
    const sent = request.headers.map(([name]) => name.toLowerCase());
    const mapped = [...set.keys()].map((name) => name.toLowerCase());
    return {
      headers: [...kept, ...set],
      path: this.path.replace(/\{([^{}]*)\}/g, (_, name: string) => handedOn(variables.get(name) ?? "")) || "/",
      skipped,
      twins: kept.map(([name]) => name).filter((name) => mapped.includes(name.toLowerCase())),
      emptied: [...set]
        .filter(([name, value]) => value === "" && sent.includes(name.toLowerCase()))
        .map(([name]) => name),
    };
  }
}

/** Decodes the value and escapes its percent signs again, as AWS notes about a REST API's parameters. */
function handedOn(value: string): string {
  return escapedForHttp(decoded(value).replaceAll("%", "%25"));
}

function readMapping(address: string, key: string, value: string, method: RestMethod): Mapping {
  const [, place, name = ""] = /^integration\.request\.(header|path)\.([\w.-]+)$/.exec(key) ?? [];
  if (place !== "header" && place !== "path") throw new StackError(address, "unknown mapping");
  if (value.startsWith("method.request.") && !method.parameters.includes(value)) {
    throw new StackError(address, `${method.resource.address}.request_parameters declares no ${value}`);
  }
  const match = { method, pathParameters: {}, passedOver: false };
  restValue(value, { ...ANY_REQUEST, match }, address);
  return { place, name, value, address };
}

/**
 * What happens to unmapped headers, as AWS lists it under "HTTP proxy".
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const DROPPED_IN_REQUESTS = [
  ...["content-encoding", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "te"],
  ...["trailer", "transfer-encoding", "upgrade", "via", "www-authenticate"],
  // Headers of one connection, or set again for the outgoing request.
  ...["connection", "content-length", "host", "keep-alive"],
  // API Gateway obeys this header, and forwards it only if a mapping says so.
  "x-http-method-override",
  // Set by the gateway itself.
  "x-amzn-apigateway-api-id",
];
const DROPPED_IN_RESPONSES = [
  ...["expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via"],
  "keep-alive",
];
const REMAPPED_IN_RESPONSES = [
  ...["authorization", "connection", "content-md5", "date", "max-forwards", "server", "user-agent"],
  "www-authenticate",
];

function passedToService(headers: Headers): Headers {
  return headers.filter(([name]) => !DROPPED_IN_REQUESTS.includes(name.toLowerCase()));
}

/** Returns the headers that a caller receives. Every answer of an integration has a content type. */
function passedToCaller(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | readonly string[]> {
  const passed: Record<string, string | readonly string[]> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED_IN_RESPONSES.includes(name)) continue;
    passed[REMAPPED_IN_RESPONSES.includes(name) ? `x-amzn-remapped-${name}` : name] = value;
  }
  // A header of the connection to the service, which is meaningless to a caller.
  delete passed["x-amzn-remapped-connection"];
  return passed;
}
