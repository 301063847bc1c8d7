import { json, type LocalAnswer, type LocalHost } from "../../net/local-http";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { OwnReason } from "../shared/access-entry";
import { callHost, escapedForHttp, type Received, wholeAnswer } from "../shared/host-call";
import { MOST_BODY_BYTES } from "../shared/size-limits";
import type { GatewayRequest } from "./gateway-request";
import { traceChoice } from "./http-choices";
import { HOP_BY_HOP, type MappedRequest, type Mapping, mappingsOf, mapRequest } from "./parameter-mapping";

const INTEGRATION: AttributeUse = {
  read: [
    "api_id",
    "integration_method",
    "integration_type",
    "integration_uri",
    "payload_format_version",
    "request_parameters",
    "timeout_milliseconds",
  ],
};

/** The only values that the stand-in supports. They equal AWS's defaults for undeclared attributes. */
const PLAYED = { integration_type: "HTTP_PROXY", integration_method: "ANY", payload_format_version: "1.0" } as const;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const TIMEOUT_MILLISECONDS = { least: 50, most: 30_000 } as const;

/** The result of one call of a service. */
export interface IntegrationResult {
  readonly answer: LocalAnswer | OwnAnswer;
  /** The service's own status; undefined if it gave none. */
  readonly status?: number;
  readonly error?: string;
}

interface Integration {
  readonly resource: Resource;
  readonly url: URL;
  readonly mappings: readonly Mapping[];
  readonly timeoutMilliseconds: number;
}

/** HTTP proxy integrations, each for one service. */
export class GatewayIntegrations {
  /** By the target that a route names. */
  private readonly byTarget = new Map<string, Integration>();
  private readonly resources: ReadonlyMap<string, Resource>;

  constructor(
    private readonly stack: Stack,
    private readonly ask: LocalHost,
  ) {
    const integrations = stack.declaredApart("aws_apigatewayv2_integration", INTEGRATION);
    this.resources = new Map(integrations.map((each) => [`integrations/${stack.text(each, "id")}`, each]));
    for (const [target, each] of this.resources) stack.apart(each, () => this.byTarget.set(target, this.read(each)));
    for (const route of stack.all("aws_apigatewayv2_route")) stack.apart(route, () => this.resourceOf(route));
  }

  private resourceOf(route: Resource): Resource {
    const target = this.stack.text(route, "target");
    const resource = this.resources.get(target);
    if (resource === undefined) throw new StackError(`${route.address}.target`, `no integration is ${target}`);
    return resource;
  }

  async forward(request: GatewayRequest): Promise<IntegrationResult> {
    const { trace } = request;
    const { route } = request.match;
    this.stack.requireUnderstood(this.resourceOf(route));
    const target = this.stack.text(route, "target");
    const integration = this.byTarget.get(target);
    if (integration === undefined) throw new StackError(`${route.address}.target`, `no integration is ${target}`);
    const mapped = mapRequest(request, integration.mappings, integration.url);
    for (const address of mapped.skipped) traceChoice(trace, "mapping-missing-key", address);
    if (/[?#%]/.test(mapped.path)) traceChoice(trace, "path-on-the-wire");
    const result = await this.send(integration, request, mapped);
    if (result.error !== undefined) {
      trace.refuse("gateway", result.error, integration.resource.address);
      traceChoice(trace, "integration-failure", integration.resource.address);
    }
    return result;
  }

  private read(resource: Resource): Integration {
    const { stack } = this;
    for (const [attribute, expected] of Object.entries(PLAYED)) {
      const value = stack.value(resource, attribute) ?? (attribute === "payload_format_version" ? expected : undefined);
      if (value !== expected) {
        stack.fault(`${resource.address}.${attribute}`, `the stand-in knows only ${expected}`);
      }
    }
    const timeoutMilliseconds = Number(stack.value(resource, "timeout_milliseconds") ?? TIMEOUT_MILLISECONDS.most);
    const { least, most } = TIMEOUT_MILLISECONDS;
    if (!(timeoutMilliseconds >= least && timeoutMilliseconds <= most)) {
      stack.fault(`${resource.address}.timeout_milliseconds`, `expected ${least} to ${most}`);
    }
    const url = new URL(stack.text(resource, "integration_uri"));
    return { resource, url, mappings: mappingsOf(stack, resource), timeoutMilliseconds };
  }

  private async send(
    { url, timeoutMilliseconds }: Integration,
    { method, query, body, bytes, trace }: GatewayRequest,
    { headers, path }: MappedRequest,
  ): Promise<IntegrationResult> {
    const call = {
      url,
      method,
      target: `${escapedForHttp(path)}${query === "" ? "" : `?${query}`}`,
      headers: [...headers],
      body: bytes ?? Buffer.from(body),
      ...(trace.place && { place: trace.place }),
    };
    try {
      return await callHost(this.ask, call, timeoutMilliseconds, (received) => answerOf(received, method));
    } catch (error) {
      return { answer: ownAnswer(503), error: (error as Error).message };
    }
  }
}

/** The service's whole answer. The gateway buffers it, with the same size limit as for a request. */
function answerOf(received: Received, method: string): IntegrationResult | Promise<IntegrationResult> {
  const whole = wholeAnswer(received, MOST_BODY_BYTES);
  return whole instanceof Promise
    ? whole.then((bytes) => resultOf(received, method, bytes))
    : resultOf(received, method, whole);
}

function resultOf(received: Received, method: string, bytes: Buffer | undefined): IntegrationResult {
  if (bytes === undefined) return { answer: ownAnswer(500), error: `a response over ${MOST_BODY_BYTES} bytes` };
  const { status } = received;
  // An answer to HEAD has a length and no body.
  const dropped = method === "HEAD" ? HOP_BY_HOP.filter((name) => name !== "content-length") : HOP_BY_HOP;
  const headers = Object.entries(received.headers).filter(([name]) => !dropped.includes(name));
  return { answer: { status, headers: Object.fromEntries(headers), body: bytes.toString("utf8"), bytes }, status };
}

/** API Gateway's own answers: the message, and the response type in its access log. */
const OWN_ANSWERS = {
  400: { message: "Bad Request", responseType: "DEFAULT_4XX" },
  401: { message: "Unauthorized", responseType: "UNAUTHORIZED" },
  403: { message: "Forbidden", responseType: "ACCESS_DENIED" },
  404: { message: "Not Found", responseType: "RESOURCE_NOT_FOUND" },
  413: { message: "Request Entity Too Large", responseType: "REQUEST_TOO_LARGE" },
  429: { message: "Too Many Requests", responseType: "THROTTLED" },
  431: { message: "Request Header Fields Too Large", responseType: "DEFAULT_4XX" },
  500: { message: "Internal Server Error", responseType: "DEFAULT_5XX" },
  503: { message: "Service Unavailable", responseType: "INTEGRATION_FAILURE" },
} as const;

export type OwnStatus = keyof typeof OWN_ANSWERS;

export interface OwnAnswer extends LocalAnswer {
  readonly own: OwnReason;
}

/** @param challenge value of `www-authenticate`, for an answer that refuses a token */
export function ownAnswer(status: OwnStatus, challenge?: string): OwnAnswer {
  const own = OWN_ANSWERS[status];
  const answer = json(status, { message: own.message });
  const headers = { ...answer.headers, ...(challenge !== undefined && { "www-authenticate": challenge }) };
  return { ...answer, headers, own };
}
