import { documentOf } from "../../../../contract/document-template";
import { type Resource, StackError } from "../../terraform/document";
import { type AttributeUse, expectValue, type Stack } from "../../terraform/stack";
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

const AT_METHOD = ["http_method", "resource_id", "rest_api_id", "status_code"];
const METHOD_RESPONSE: AttributeUse = { read: [...AT_METHOD, "response_parameters"] };
const INTEGRATION_RESPONSE: AttributeUse = {
  read: [...AT_METHOD, "content_handling", "response_parameters", "response_templates"],
};

const ALLOW_ORIGIN = "Access-Control-Allow-Origin";

/** The gateway's own answer to a method, from its templates: to a preflight, or a document. */
export class MockIntegration implements RestIntegration {
  /** By the media type of the call's body: the status that its template requests. */
  private readonly statuses: ReadonlyMap<string, number>;
  /** The document that it answers; undefined for a preflight. */
  private readonly document: string | undefined;
  /** Origins that may call, in addition to a fixed header. */
  private readonly origins: readonly string[];
  private readonly headers: Readonly<Record<string, string>>;
  private readonly status: number;
  /** Whether bodies are text here. Otherwise no template can read the body. */
  private readonly readsText: boolean;

  constructor(
    private readonly props: IntegrationProps,
    private readonly resource: Resource,
    method: RestMethod,
  ) {
    const { stack } = props;
    const { address } = resource;
    for (const attribute of ["uri", "integration_http_method", "response_transfer_mode"]) {
      expectValue(stack, resource, attribute, undefined);
    }
    expectValue(stack, resource, "passthrough_behavior", "WHEN_NO_MATCH", "WHEN_NO_MATCH");
    if (stack.textMap(resource, "request_parameters").size > 0) {
      throw new StackError(
        `${address}.request_parameters`,
        "the stand-in supports only MOCK integrations without request parameters",
      );
    }
    this.readsText = this.convertsToText(resource) || !isBinary(undefined, props.api.binaryMediaTypes);
    this.statuses = this.templates(resource, "request_templates", statusTemplate);
    const response = this.only("aws_api_gateway_integration_response", INTEGRATION_RESPONSE, method);
    this.convertsToText(response);
    const declared = this.only("aws_api_gateway_method_response", METHOD_RESPONSE, method);
    const status = stack.text(response, "status_code");
    expectValue(stack, declared, "status_code", status);
    this.status = Number(status);
    const other = [...stack.textMap(response, "response_templates").keys()].find((type) => type !== "application/json");
    if (other !== undefined) {
      throw new StackError(`${response.address}.response_templates`, `the stand-in knows no template of ${other}`);
    }
    const written = stack.textMap(response, "response_templates").get("application/json");
    this.document = documentOf(written) && written;
    const origins =
      this.document === undefined ? this.templates(response, "response_templates", originsTemplate) : undefined;
    this.origins = origins?.get("application/json") ?? [];
    const known = Object.keys(stack.value(declared, "response_parameters") ?? {});
    this.headers = Object.fromEntries(
      [...stack.textMap(response, "response_parameters")].map(([key, value]) => {
        const at = `${response.address}.response_parameters.${key}`;
        const [, name] = /^method\.response\.header\.([\w-]+)$/.exec(key) ?? [];
        const [, text] = /^'([^']*)'$/.exec(value) ?? [];
        if (name === undefined || text === undefined) throw new StackError(at, "the stand-in knows only fixed texts");
        if (!known.includes(key))
          throw new StackError(at, `${declared.address}.response_parameters does not declare it`);
        return [name, text];
      }),
    );
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { trace, localOrigins, names } = this.props;
    const { address } = this.resource;
    const [type = ""] = (headerValue(request.headers, "content-type") ?? "application/json").split(";");
    const status = this.statuses.get(type.trim());
    if (status === undefined) traceRestChoice(trace, "rest-mock-body", address);
    if (status === undefined || !this.readsText) {
      trace.refuse("gateway", "a MOCK integration without a statusCode", address);
      return { answer: "API_CONFIGURATION_ERROR", error: "no statusCode" };
    }
    const listed = templateOrigin(request.headers);
    const isListed = listed !== undefined && this.origins.includes(listed);
    const headers = {
      "content-type": "application/json",
      ...this.headers,
      ...(isListed && { [ALLOW_ORIGIN]: listed }),
    };
    if (this.document !== undefined) {
      trace.allow("gateway", "the gateway's own document", address);
      return { answer: { status: this.status, headers, body: names.toLocal(this.document) } };
    }
    const origin = headerValue(request.headers, "origin");
    const isLocal = origin !== undefined && localOrigins.includes(origin) && !Object.hasOwn(headers, ALLOW_ORIGIN);
    if (origin !== undefined && !isLocal && !Object.hasOwn(headers, ALLOW_ORIGIN)) {
      trace.refuse("gateway", `preflight: the origin ${origin} is not declared`, address);
    } else {
      trace.allow("gateway", isLocal ? "preflight from a local origin" : "the gateway's own answer", address);
    }
    const answer = { ...headers, ...(isLocal && { [ALLOW_ORIGIN]: origin }) };
    return { answer: { status: this.status, headers: answer, body: "" } };
  }

  private convertsToText(resource: Resource): boolean {
    const handling = this.props.stack.value(resource, "content_handling");
    if (handling === undefined || handling === "CONVERT_TO_TEXT") return handling !== undefined;
    const known = `got ${handling}, the stand-in knows only CONVERT_TO_TEXT`;
    throw new StackError(`${resource.address}.content_handling`, known);
  }

  /** By media type. */
  private templates<T>(
    resource: Resource,
    attribute: string,
    read: (source: string, address: string) => T,
  ): ReadonlyMap<string, T> {
    const declared = [...this.props.stack.textMap(resource, attribute)];
    const at = `${resource.address}.${attribute}`;
    return new Map(declared.map(([type, source]) => [type, read(source, `${at}.${type}`)]));
  }

  /** The only response of this type that belongs to the method. */
  private only(type: string, use: AttributeUse, method: RestMethod): Resource {
    const { stack, table } = this.props;
    const own = stack.declared(type, use).filter((each) => table.of(each) === method);
    const [found, second] = own;
    if (found !== undefined && second === undefined) return found;
    throw new StackError(second?.address ?? this.resource.address, `expected exactly one ${type} of ${method.key}`);
  }
}

/** API Gateway's templates are programs in the Velocity language. Only these two forms are supported here. */
const STATUS = /^\s*\{\s*"statusCode"\s*:\s*([1-5]\d\d)\s*\}\s*$/;
const LISTED = String.raw`\$origin == "([^"$#\\]+)"`;
const ORIGINS = new RegExp(
  [
    String.raw`^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)`,
    String.raw`#if\(!\$origin \|\| \$origin == ""\)#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)#end`,
    String.raw`#if\((${LISTED}(?: \|\| ${LISTED})*)\)#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)#end$`,
  ].join(String.raw`\n`),
);

/** The status that a MOCK integration's request template requests: `{"statusCode":204}`. */
export function statusTemplate(source: string, address: string): number {
  const [, status] = STATUS.exec(source) ?? [];
  if (status === undefined) throw new StackError(address, `got ${shortened(source)}, expected {"statusCode":204}`);
  return Number(status);
}

/** The origins of a template that returns the caller's own origin, if it is in a list. */
export function originsTemplate(source: string, address: string): readonly string[] {
  const [, listed] = ORIGINS.exec(source) ?? [];
  if (listed !== undefined) return [...listed.matchAll(new RegExp(LISTED, "g"))].map(([, origin = ""]) => origin);
  const remedy = "or a fixed Access-Control-Allow-Origin in response_parameters and no template";
  throw new StackError(
    address,
    `got ${shortened(source)}, expected the template that compares $origin with a list of origins, ${remedy}`,
  );
}

/** What such a template reads as the caller's origin: exactly `Origin`, or else exactly `origin`. */
export function templateOrigin(headers: Headers): string | undefined {
  const value = (name: string) => headers.findLast(([each]) => each === name)?.[1];
  return value("Origin") || (value("origin") ?? value("Origin"));
}

function shortened(source: string): string {
  const line = JSON.stringify(source);
  return line.length <= 80 ? line : `${line.slice(0, 80)}…`;
}
