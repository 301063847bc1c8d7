import { randomBytes, randomUUID } from "node:crypto";
import type { LocalFunction } from "../../function/function";
import type { LocalAnswer, LocalHost, LocalRequest } from "../../net/local-http";
import { LocalNames } from "../../net/local-names";
import { type Resource, StackError } from "../../terraform/document";
import { type AttributeUse, expectValue, type Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";
import { AccessEntry } from "../shared/access-entry";
import { type AccessValues, logVariables } from "../shared/access-log";
import type { GatewayOptions } from "../shared/api-gateway";
import { type CustomDomain, customDomain, unplayedFilters } from "../shared/custom-domain";
import { ACCOUNT_LIMITS, type RateLimits, TokenBucket } from "../shared/token-bucket";
import { type RestApi, readRestApi } from "./api";
import { RestAuthorizers } from "./authorizers";
import { type RestStage, readRestStage } from "./deployed-stage";
import { contextVariables } from "./expressions";
import { GatewayResponses, type ResponseType, type RestOwnAnswer } from "./gateway-responses";
import { HttpProxy, MockIntegration } from "./http-proxy";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import { decoded, type MethodMatch, MethodTable, type RestMethod } from "./methods";
import { headerValue, type RestRequest, withForwarded } from "./request";
import { traceRestChoice } from "./rest-choices";
import { UsagePlans } from "./usage-plans";

export interface PipelineProps {
  readonly stack: Stack;
  readonly functions: readonly LocalFunction[];
  readonly ask: LocalHost;
  readonly trace: LocalTrace;
  readonly options: GatewayOptions;
  readonly now: () => number;
}

/** The steps of one request: stage, method, authorizer, usage plan, throttle, integration. */
export class RestPipeline {
  readonly api: RestApi;
  readonly stage: RestStage;
  /** The name by which callers know the API. They then do not see the stage. */
  private readonly domain: CustomDomain | undefined;
  private readonly table: MethodTable;
  private readonly responses: GatewayResponses;
  private readonly authorizers: RestAuthorizers;
  private readonly plans: UsagePlans;
  private readonly throttles: MethodThrottles;
  private readonly integrations: RestIntegrations;
  private readonly trace: LocalTrace;

  constructor(private readonly props: PipelineProps) {
    const { stack, functions, ask, trace, options, now } = props;
    this.trace = trace;
    this.api = readRestApi(stack);
    this.stage = readRestStage(stack, this.api);
    const { id, closed, resource } = this.api;
    this.domain = customDomain(stack, { id, closed, address: resource.address }, this.stage.name);
    this.table = new MethodTable(stack, this.api);
    const { authorizerMilliseconds: most, localOrigins = [], names = new LocalNames() } = options;
    this.responses = stack.part(() => new GatewayResponses(stack, names));
    const { api, stage, table } = this;
    this.authorizers = stack.part(() => new RestAuthorizers(stack, api, functions, table, trace, now, most));
    this.plans = stack.part(() => new UsagePlans(stack, api, stage, now));
    this.throttles = stack.part(() => new MethodThrottles(stack, stage, table, now));
    this.integrations = stack.part(() => new RestIntegrations({ stack, api, ask, trace, table, localOrigins, names }));
    if (localOrigins.length > 0 && this.integrations.preflights.length === 0) {
      const remedy = "declare gateway.cors, or leave out --origin";
      throw new StackError(this.api.resource.address, `no preflight, so no local origin can be added; ${remedy}`);
    }
  }

  /** Routes whose answers come from a service, not from the gateway itself. */
  get routeKeys(): readonly string[] {
    const own = this.table.all.filter(({ resource }) => resource.body.authorization !== "NONE");
    return own.map(({ key }) => key);
  }

  get deployedUrl(): string | undefined {
    return this.domain && `https://${this.domain.name}`;
  }

  get deviations(): readonly string[] {
    const { options } = this.props;
    const unlimited = options.throttling === false && (this.throttles.areDeclared || this.plans.areDeclared);
    const { address } = this.stage.resource;
    return [
      ...(this.domain?.deviations ?? []),
      ...unplayedFilters(this.props.stack),
      ...(unlimited ? [`${address}: requests are not throttled, and count towards no quota`] : []),
      ...(options.localOrigins ?? []).map(
        (origin) => `${this.integrations.preflights[0]}: on this machine preflights from ${origin} are also answered`,
      ),
    ];
  }

  /** Prefix of every path that callers send: the stage, unless a domain hides it. */
  get prefix(): string {
    return this.domain === undefined ? `/${this.stage.name}` : "";
  }

  resetAuthorizersCache(): void {
    this.authorizers.reset();
  }

  async answer(request: LocalRequest, entry: RestAccessEntry, startedAt: number): Promise<LocalAnswer | RestOwnAnswer> {
    const [sentPath = "", ...rest] = request.target.split("?");
    const prefix = this.prefix;
    // Slashes before the stage count as one: docs/reference/facts.md#rest-slashes
    const stagePath = prefix === "" ? sentPath : sentPath.replace(/^\/+/, "/");
    if (prefix !== "" && stagePath !== prefix && !stagePath.startsWith(`${prefix}/`)) {
      this.trace.refuse("gateway", `no stage for ${stagePath}`, this.stage.resource.address);
      traceRestChoice(this.trace, "rest-outside-stage", this.stage.resource.address);
      return { status: 403, headers: { "content-type": "application/json" }, body: '{"message":"Forbidden"}' };
    }
    // So do slashes after it, but `context.path` has all of them.
    const path = stagePath.slice(prefix.length).replace(/^\/*/, "/");
    const { httpMethod, overridden } = methodOf(request);
    if (overridden) traceRestChoice(this.trace, "rest-method-override");
    const traceId = claimedTrace(request) ?? newTrace(startedAt);
    if (this.stage.traces) entry.xrayTraceId = traceId.slice("Root=".length).split(";")[0];
    const asked = {
      httpMethod,
      path,
      stagePath,
      query: rest.join("?"),
      headers: withForwarded(request.headers, entry.sourceIp, traceId),
      body: request.body,
      bytes: request.bytes,
      stage: this.stage.name,
      stageVariables: this.stage.variables,
      sourceIp: entry.sourceIp,
      requestId: headerValue(request.headers, "x-amzn-requestid") ?? randomUUID(),
      extendedRequestId: entry.requestId,
      startedAt,
      authorizer: new Map<string, string>(),
    };
    entry.request = asked;
    if (headerValue(request.headers, "x-amzn-requestid") !== undefined) traceRestChoice(this.trace, "rest-request-id");
    if (headerValue(request.headers, "x-forwarded-for") !== undefined) traceRestChoice(this.trace, "rest-forwarded");
    const match = this.table.find(httpMethod, path);
    this.remarkPath(path, match);
    if (match === undefined) {
      this.trace.refuse("gateway", `no method for ${httpMethod} ${path}`, undefined, "no-route");
      return this.own("MISSING_AUTHENTICATION_TOKEN", entry);
    }
    entry.method = match.method;
    this.trace.allow("gateway", `matched method ${match.method.key}`, match.method.resource.address);
    return this.pass({ ...asked, match }, entry);
  }

  /**
   * The gateway's own answer of this type.
   *
   * @param decided what the authorizer's result holds, if it denied the request
   */
  own(type: ResponseType, entry: RestAccessEntry, decided: ReadonlyMap<string, string> = new Map()): RestOwnAnswer {
    if (this.responses.addressOf(type) === undefined) traceRestChoice(this.trace, "rest-messages");
    const answered = [...decided].map(([name, value]) => [`authorizer.${name}`, value]);
    return this.responses.answer(type, { ...entry.context, ...Object.fromEntries(answered) });
  }

  headTooLarge(bytes: number, entry: RestAccessEntry): RestOwnAnswer {
    this.trace.refuse("gateway", `a head of ${bytes} bytes`, undefined, "head-size");
    traceRestChoice(this.trace, "rest-head-size");
    return this.responses.answer("DEFAULT_4XX", entry.context, 431);
  }

  /** Handles a request that has its method: calls the authorizer, checks the limits, and calls the service. */
  private async pass(request: RestRequest, entry: RestAccessEntry): Promise<LocalAnswer | RestOwnAnswer> {
    const verdict = await this.authorizers.judge(request);
    if (verdict.kind === "refused") {
      entry.authorizerError = verdict.error;
      return this.own(verdict.type, entry, verdict.context);
    }
    entry.authorizer = verdict.context;
    const { method } = request.match;
    const limited = this.props.options.throttling !== false;
    if (method.apiKeyRequired) {
      const key = this.api.keySource === "AUTHORIZER" ? verdict.usageKey : headerValue(request.headers, "x-api-key");
      const refusal = this.plans.refusal(key, limited);
      if (refusal !== undefined) {
        if (refusal.type === "QUOTA_EXCEEDED") traceRestChoice(this.trace, "rest-quota-counting", refusal.address);
        this.trace.refuse("gateway", refusal.reason, refusal.address ?? method.resource.address);
        return this.own(refusal.type, entry);
      }
    }
    const throttle = limited ? this.throttles.refusal(method) : undefined;
    if (throttle !== undefined) {
      this.trace.refuse("gateway", "too many requests", throttle, "throttle");
      traceRestChoice(this.trace, "rest-limits-order", throttle);
      return this.own("THROTTLED", entry);
    }
    const askedAt = this.props.now();
    const result = await this.integrations.forward({ ...request, authorizer: verdict.context });
    entry.integration = { status: result.status, error: result.error, milliseconds: this.props.now() - askedAt };
    return typeof result.answer === "string" ? this.own(result.answer, entry) : result.answer;
  }

  private remarkPath(path: string, match: MethodMatch | undefined): void {
    if (match?.passedOver) traceRestChoice(this.trace, "rest-method-passed-over", match.method.resource.address);
    if (decoded(path) !== path || (path.length > 1 && path.endsWith("/"))) {
      traceRestChoice(this.trace, "rest-path-match");
      traceRestChoice(this.trace, "rest-path-event");
    }
  }
}

const TRACE_ROOT = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?=;|$)/;

/** A caller may choose the trace: docs/reference/facts.md#rest-recorded */
function claimedTrace({ headers }: LocalRequest): string | undefined {
  const claimed = headerValue(headers, "X-Amzn-Trace-Id");
  return claimed !== undefined && TRACE_ROOT.test(claimed) ? claimed : undefined;
}

function newTrace(startedAt: number): string {
  return `Root=1-${Math.floor(startedAt / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
}

/** "API Gateway overrides the method": https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function methodOf(request: LocalRequest): { readonly httpMethod: string; readonly overridden: boolean } {
  const wanted = headerValue(request.headers, "X-HTTP-Method-Override")?.toUpperCase() ?? "";
  const overridden = /^[A-Z]+$/.test(wanted);
  return { httpMethod: overridden ? wanted : request.method, overridden };
}

const INTEGRATION: AttributeUse = {
  read: [
    "content_handling",
    "http_method",
    "integration_http_method",
    "passthrough_behavior",
    "request_parameters",
    "request_templates",
    "resource_id",
    "response_transfer_mode",
    "rest_api_id",
    "timeout_milliseconds",
    "type",
    "uri",
  ],
};

/** The integration of each method: exactly one. */
class RestIntegrations {
  private readonly byMethod = new Map<RestMethod, RestIntegration>();
  private readonly resources = new Map<RestMethod, Resource>();
  /** Addresses of the gateway's own answers to preflights. */
  readonly preflights: readonly string[];

  constructor(private readonly props: IntegrationProps) {
    const { stack, table } = props;
    const preflights: string[] = [];
    for (const resource of stack.declaredApart("aws_api_gateway_integration", INTEGRATION)) {
      const method = table.of(resource);
      if (this.resources.has(method)) throw new StackError(`${resource.address}.http_method`, "a second integration");
      this.resources.set(method, resource);
      if (stack.value(resource, "type") === "MOCK" && method.httpMethod === "OPTIONS")
        preflights.push(resource.address);
      stack.apart(resource, () => this.byMethod.set(method, integrationOf(props, resource, method)));
    }
    this.preflights = preflights;
    for (const method of table.all) {
      if (this.resources.has(method)) continue;
      throw new StackError(method.resource.address, "no integration: API Gateway refuses to deploy such a method");
    }
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { method } = request.match;
    const resource = this.resources.get(method);
    if (resource !== undefined) this.props.stack.requireUnderstood(resource);
    const integration = this.byMethod.get(method);
    if (integration === undefined) throw new StackError(method.resource.address, "no integration");
    return integration.forward(request);
  }
}

function integrationOf(props: IntegrationProps, resource: Resource, method: RestMethod): RestIntegration {
  const type = props.stack.value(resource, "type");
  if (type === "HTTP_PROXY") return new HttpProxy(props, resource, method);
  if (type === "MOCK") return new MockIntegration(props, resource, method);
  throw new StackError(`${resource.address}.type`, `got ${type}, the stand-in knows only HTTP_PROXY and MOCK`);
}

const SETTINGS: AttributeUse = { read: ["method_path", "rest_api_id", "settings", "stage_name"] };
const IMMATERIAL_LOGS = "execution logs go to CloudWatch; there is none here";
const LIMITS: AttributeUse = {
  read: ["caching_enabled", "throttling_burst_limit", "throttling_rate_limit"],
  immaterial: {
    data_trace_enabled: IMMATERIAL_LOGS,
    logging_level: IMMATERIAL_LOGS,
    metrics_enabled: "adds CloudWatch metrics; there is no CloudWatch here",
  },
};

interface DeclaredLimits extends RateLimits {
  readonly address: string;
}

/**
 * Token buckets, one for each method: from its own settings, or else from the settings of all methods.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
class MethodThrottles {
  private readonly byMethod = new Map<RestMethod, { readonly bucket: TokenBucket; readonly address: string }>();
  /**
   * Whether the stack declares any. Otherwise the account's default limits apply, which a local user does not reach.
   */
  readonly areDeclared: boolean;

  constructor(stack: Stack, stage: RestStage, table: MethodTable, now: () => number) {
    const declared = new Map<string, DeclaredLimits>();
    const add = (resource: Resource) => {
      expectValue(stack, resource, "stage_name", stage.name);
      const path = stack.text(resource, "method_path");
      const known = path === "*/*" || table.all.some((method) => methodPath(method) === path);
      if (!known) throw new StackError(`${resource.address}.method_path`, `no method has the path ${path}`);
      if (declared.has(path)) throw new StackError(`${resource.address}.method_path`, `a second one of ${path}`);
      declared.set(path, limitsOf(stack, resource));
    };
    for (const each of stack.declared("aws_api_gateway_method_settings", SETTINGS)) stack.attempt(() => add(each));
    this.areDeclared = [...declared.values()].some(
      ({ ratePerSecond }) => ratePerSecond !== ACCOUNT_LIMITS.ratePerSecond,
    );
    for (const method of table.all) {
      const own = declared.get(methodPath(method)) ?? declared.get("*/*");
      const limits = own ?? { ...ACCOUNT_LIMITS, address: stage.resource.address };
      this.byMethod.set(method, { bucket: new TokenBucket(limits, now), address: limits.address });
    }
  }

  /** Returns the address of the declaration that refuses, if one does. */
  refusal(method: RestMethod): string | undefined {
    const throttle = this.byMethod.get(method);
    return throttle === undefined || throttle.bucket.take() ? undefined : throttle.address;
  }
}

/** `orders/{id}/GET`, as settings name a method, and `~1/GET` for the root. */
function methodPath({ resourcePath, httpMethod }: RestMethod): string {
  return `${resourcePath === "/" ? "~1" : resourcePath.slice(1)}/${httpMethod}`;
}

function limitsOf(stack: Stack, resource: Resource): DeclaredLimits {
  const [block] = stack.blocks(resource, "settings", LIMITS);
  const { caching_enabled: caches, throttling_rate_limit: rate, throttling_burst_limit: burst } = block?.body ?? {};
  if (caches === true)
    throw new StackError(`${block?.address}.caching_enabled`, "the stand-in does not cache responses");
  const limit = (value: unknown, attribute: string, account: number) => {
    // The provider's default is -1: only the account's limit applies.
    const number = value ?? -1;
    if (typeof number === "number" && (number >= 0 || number === -1)) return number === -1 ? account : number;
    throw new StackError(`${block?.address}.${attribute}`, `got ${number}, expected a number, or -1 for none`);
  };
  return {
    address: block?.address ?? resource.address,
    ratePerSecond: limit(rate, "throttling_rate_limit", ACCOUNT_LIMITS.ratePerSecond),
    burst: limit(burst, "throttling_burst_limit", ACCOUNT_LIMITS.burst),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
export const REST_VARIABLES = logVariables(
  ["resourceId", "resourcePath", "xrayTraceId"],
  // Fields of IAM authorization, API keys and AWS WAF.
  /^(authorize\.\w+|authenticate\.\w+|deploymentId|identity\.(apiKey|apiKeyId)|waf[\w.]*|webaclArn)$/,
);

/** A REST API's log values of one request. */
export class RestAccessEntry extends AccessEntry {
  /** Set once the requested method is known. */
  request: Omit<RestRequest, "match"> | undefined;
  method: RestMethod | undefined;
  /** `1-67891233-abcdef012345678912345678`, if the stage traces. */
  xrayTraceId: string | undefined;

  /**
   * @param responseLength bytes of the body that were sent
   * @param at milliseconds since 1970
   */
  values(answer: LocalAnswer | RestOwnAnswer, responseLength: number, at: number): AccessValues {
    const { context, xrayTraceId } = this;
    const answered = { answer, responseLength, at };
    return (variable) =>
      variable === "xrayTraceId" ? xrayTraceId : (this.value(variable, answered) ?? context[variable]);
  }

  /** The values of the request that gateway responses may use. */
  get context(): Readonly<Record<string, string | undefined>> {
    if (this.request === undefined) return { extendedRequestId: this.requestId };
    const { method } = this;
    const variables = contextVariables(this.request);
    return { ...variables, resourceId: method?.resourceId, resourcePath: method?.resourcePath };
  }
}
