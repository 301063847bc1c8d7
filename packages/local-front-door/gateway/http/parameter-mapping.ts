import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";
import { LocalTrace } from "../../trace/trace";
import { expressionValue, type GatewayRequest } from "./gateway-request";

/** Headers that API Gateway reserves: it refuses to create a mapping onto one. */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|host|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailer|transfer-encoding|upgrade|via|www-authenticate|x-amz-.*|x-amzn-.*|x-forwarded-.*)$/i;

export const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "host",
];

/** One parameter mapping: `overwrite:header.X-Request-Id` = `$context.requestId`. */
export interface Mapping {
  readonly action: "overwrite" | "append" | "remove";
  /** Header in lower case, or undefined for the path. */
  readonly header: string | undefined;
  readonly value: string;
  readonly address: string;
}

/** Used only to find out which expressions are known, before the first request arrives. */
export const ANY_REQUEST: GatewayRequest = {
  method: "GET",
  path: "/",
  query: "",
  headers: new Map(),
  body: "",
  sourceIp: "",
  match: { route: { address: "", type: "", name: "", body: {} }, routeKey: "", pathParameters: {} },
  stageVariables: new Map(),
  requestId: "",
  trace: new LocalTrace().at(undefined),
  authorizer: new Map(),
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html */
export function mappingsOf(stack: Stack, integration: Resource): readonly Mapping[] {
  const read = (key: string, value: string): Mapping => {
    const address = `${integration.address}.request_parameters.${key}`;
    const [, action, place = ""] = /^(overwrite|append|remove):(path|header\.[A-Za-z0-9_-]+)$/.exec(key) ?? [];
    const header = place.startsWith("header.") ? place.slice(7).toLowerCase() : undefined;
    if (action === undefined || (header === undefined && action !== "overwrite")) {
      throw new StackError(address, "unknown mapping");
    }
    if (header !== undefined && RESERVED.test(header)) throw new StackError(address, "the header is reserved");
    if (value.length > 512) throw new StackError(address, "a mapping value has at most 512 characters");
    if (action === "remove" && value !== "''") throw new StackError(address, "expected ''");
    if (value.startsWith("$")) expressionValue(value, ANY_REQUEST, address);
    else if (value.includes("${")) throw new StackError(address, `unknown expression ${value}`);
    return { action: action as Mapping["action"], header, value, address };
  };
  const declared = [...stack.textMap(integration, "request_parameters")];
  return declared.flatMap(([key, value]) => stack.attempt(() => read(key, value)) ?? []);
}

export interface MappedRequest {
  readonly headers: ReadonlyMap<string, string>;
  readonly path: string;
  /** Keys of mappings that were skipped because their value is missing. */
  readonly skipped: readonly string[];
}

/** Returns headers and path as the service receives them. */
export function mapRequest(request: GatewayRequest, mappings: readonly Mapping[], url: URL): MappedRequest {
  const headers = new Map([...request.headers].filter(([name]) => !HOP_BY_HOP.includes(name)));
  headers.set("forwarded", forwarded(request));
  headers.set("x-forwarded-for", request.sourceIp);
  headers.set("x-forwarded-proto", "https");
  const skipped: string[] = [];
  let path = `${url.pathname.replace(/\/$/, "")}`;
  for (const { action, header, value: expression, address } of mappings) {
    const value = expression.startsWith("$") ? expressionValue(expression, request, address) : expression;
    if (value === undefined) skipped.push(address);
    else if (header === undefined) path = value;
    else if (action === "remove") headers.delete(header);
    else if (action === "append" && headers.has(header)) headers.set(header, `${headers.get(header)},${value}`);
    else headers.set(header, value);
  }
  return { headers, path: path || "/", skipped };
}

/** Callers' values about earlier proxies are translated and kept. The gateway's own value is appended. */
function forwarded({ headers, sourceIp }: GatewayRequest): string {
  const claimed = headers.get("x-forwarded-for")?.split(",") ?? [];
  return [
    ...[headers.get("forwarded")].filter((value) => value !== undefined),
    ...claimed.map((address) => `for=${address.trim()}`),
    `by=127.0.0.1;for=${sourceIp};host=${headers.get("host")};proto=https`,
  ].join(",");
}
