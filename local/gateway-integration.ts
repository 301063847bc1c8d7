import { request as httpsRequest } from "node:https";
import { expressionValue, type GatewayRequest } from "./gateway-request";
import type { LocalAnswer } from "./local-http";
import type { Stack } from "./stack";
import { type Resource, StackError } from "./terraform-document";
import type { LocalInternet } from "./tls";

const INTEGRATION = {
  read: [
    "api_id",
    "integration_method",
    "integration_type",
    "integration_uri",
    "request_parameters",
    "timeout_milliseconds",
  ],
  immaterial: ["description", "payload_format_version"],
} as const;

/** Headers that API Gateway keeps for itself: a mapping onto one is refused when it is created. */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|host|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailer|transfer-encoding|upgrade|via|www-authenticate|x-amz-.*|x-amzn-.*|x-forwarded-.*)$/i;

const HOP_BY_HOP = [
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
interface Mapping {
  readonly action: "overwrite" | "append" | "remove";
  /** Header in lower case, or undefined for the path. */
  readonly header: string | undefined;
  readonly value: string;
  readonly address: string;
}

/**
 * HTTP proxy integrations with their parameter mappings.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export class GatewayIntegrations {
  private readonly integrations: readonly Resource[];
  private readonly mappings: ReadonlyMap<string, readonly Mapping[]>;

  constructor(
    private readonly stack: Stack,
    private readonly internet: LocalInternet,
  ) {
    this.integrations = stack.declared("aws_apigatewayv2_integration", INTEGRATION);
    for (const { address } of this.integrations) requireProxy(stack, address, this.integrations);
    this.mappings = new Map(
      this.integrations.map((integration) => [integration.address, mappingsOf(stack, integration)]),
    );
  }

  async forward(request: GatewayRequest): Promise<LocalAnswer> {
    const { route } = request.match;
    const target = this.stack.text(route, "target");
    const integration = this.integrations.find(
      (candidate) => `integrations/${this.stack.text(candidate, "id")}` === target,
    );
    if (integration === undefined) throw new StackError(`${route.address}.target`, `no integration is ${target}`);
    const url = new URL(this.stack.text(integration, "integration_uri"));
    const { headers, path } = mapRequest(request, this.mappings.get(integration.address) ?? [], url);
    const milliseconds = Number(this.stack.value(integration, "timeout_milliseconds") ?? 30_000);
    return this.send(url, request, headers, path, milliseconds);
  }

  private send(
    url: URL,
    { method, query, body }: GatewayRequest,
    headers: ReadonlyMap<string, string>,
    path: string,
    milliseconds: number,
  ): Promise<LocalAnswer> {
    return new Promise((resolve) => {
      const unavailable = () =>
        resolve({
          status: 503,
          headers: { "content-type": "application/json" },
          body: '{"message":"Service Unavailable"}',
        });
      const outgoing = httpsRequest(
        {
          host: "127.0.0.1",
          port: this.internet.port,
          servername: url.hostname,
          ca: this.internet.authority,
          agent: false,
          method,
          path: `${onTheWire(path)}${query === "" ? "" : `?${query}`}`,
          headers: { ...Object.fromEntries(headers), host: url.host },
          timeout: milliseconds,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", unavailable);
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 502,
              headers: { "content-type": incoming.headers["content-type"] ?? "text/plain" },
              body: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        },
      );
      outgoing.on("timeout", () => outgoing.destroy());
      outgoing.on("error", unavailable);
      outgoing.end(body);
    });
  }
}

function requireProxy(stack: Stack, address: string, integrations: readonly Resource[]): void {
  const integration = integrations.find((candidate) => candidate.address === address) as Resource;
  for (const [attribute, expected] of [
    ["integration_type", "HTTP_PROXY"],
    ["integration_method", "ANY"],
  ] as const) {
    if (stack.text(integration, attribute) !== expected) {
      throw new StackError(`${address}.${attribute}`, `the stand-in knows ${expected} alone`);
    }
  }
}

function mappingsOf(stack: Stack, integration: Resource): readonly Mapping[] {
  return [...stack.textMap(integration, "request_parameters")].map(([key, value]) => {
    const address = `${integration.address}.request_parameters.${key}`;
    const [, action, place = ""] = /^(overwrite|append|remove):(path|header\.[A-Za-z0-9-]+)$/.exec(key) ?? [];
    const header = place.startsWith("header.") ? place.slice(7).toLowerCase() : undefined;
    if (action === undefined || (header === undefined && action !== "overwrite")) {
      throw new StackError(address, "unknown mapping");
    }
    if (header !== undefined && RESERVED.test(header)) throw new StackError(address, "the header is reserved");
    if (value.length > 512) throw new StackError(address, "a mapping value has at most 512 characters");
    if (action === "remove" && value !== "''") throw new StackError(address, "expected ''");
    return { action: action as Mapping["action"], header, value, address };
  });
}

/**
 * Headers and path as the service gets them. What API Gateway does with a value that is missing is not documented:
 * here the mapping is skipped, so that the caller's own header passes, which is the worst it could do.
 */
function mapRequest(request: GatewayRequest, mappings: readonly Mapping[], url: URL) {
  const headers = new Map([...request.headers].filter(([name]) => !HOP_BY_HOP.includes(name)));
  headers.set("forwarded", `by=127.0.0.1;for=${request.sourceIp};host=${request.headers.get("host")};proto=https`);
  headers.set("x-forwarded-for", request.sourceIp);
  headers.set("x-forwarded-proto", "https");
  let path = `${url.pathname.replace(/\/$/, "")}`;
  for (const { action, header, value: expression, address } of mappings) {
    const value = expression.startsWith("$") ? expressionValue(expression, request, address) : expression;
    if (value === undefined) continue;
    if (header === undefined) path = value;
    else if (action === "remove") headers.delete(header);
    else if (action === "append" && headers.has(header)) headers.set(header, `${headers.get(header)},${value}`);
    else headers.set(header, value);
  }
  return { headers, path: path || "/" };
}

/** Only what HTTP cannot carry is escaped: `?`, `#` and `%` of a decoded path arrive as they are, the worst case. */
function onTheWire(path: string): string {
  return path.replace(/[^\x21-\x7e]+/gu, (found) => encodeURIComponent(found));
}
