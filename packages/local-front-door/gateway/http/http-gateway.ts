import type { IncomingMessage } from "node:http";
import type { LocalFunction } from "../../function/function";
import { BodyTooLarge, type LocalAnswer, type LocalHost, readRequest, writeAnswer } from "../../net/local-http";
import type { PortChoice } from "../../net/loopback";
import { only, type Resource, StackError } from "../../terraform/document";
import { type AttributeUse, type Block, expectValue, type Stack } from "../../terraform/stack";
import type { LocalTrace, PlacedTrace } from "../../trace/trace";
import { AccessEntry, type AccessReaders, type Answered } from "../shared/access-entry";
import { AccessLog, type AccessValues, logVariables } from "../shared/access-log";
import type { ApiGateway, GatewayOptions } from "../shared/api-gateway";
import { type CustomDomain, customDomain, domainNameOf } from "../shared/custom-domain";
import { type BegunRequest, GatewayServer } from "../shared/gateway-server";
import { headBytes, MOST_BODY_BYTES, MOST_HEAD_BYTES } from "../shared/size-limits";
import { ACCOUNT_LIMITS, TokenBucket } from "../shared/token-bucket";
import { Cors } from "./cors";
import { type GatewayRequest, RouteTable, readGatewayRequest } from "./gateway-request";
import { traceChoice } from "./http-choices";
import { GatewayAuthorizers } from "./route-authorizers";
import { GatewayIntegrations, type OwnAnswer, ownAnswer } from "./route-integrations";

type ReadRequest = NonNullable<ReturnType<typeof readGatewayRequest>>;

/** The stack's HTTP API on 127.0.0.1: preflight, route, throttle, authorizer, parameter mapping, service. */
export class LocalGateway implements ApiGateway {
  readonly kind = "http";
  private readonly now: () => number;
  private readonly api: Resource;
  private readonly domain: CustomDomain | undefined;
  private readonly stage: Resource;
  private readonly stageVariables: ReadonlyMap<string, string>;
  private readonly routes: RouteTable;
  private readonly cors: Cors | undefined;
  private readonly throttles: Throttles;
  private readonly accessLog: AccessLog | undefined;
  private readonly authorizers: GatewayAuthorizers;
  private readonly integrations: GatewayIntegrations;
  private readonly server: GatewayServer;

  constructor(
    private readonly stack: Stack,
    functions: readonly LocalFunction[],
    ask: LocalHost,
    private readonly trace: LocalTrace,
    private readonly options: GatewayOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.api = readApi(stack);
    this.stage = readStage(stack, this.api);
    const closed = stack.value(this.api, "disable_execute_api_endpoint") === true;
    this.domain = customDomain(
      stack,
      { id: stack.text(this.api, "id"), address: this.api.address, closed },
      "$default",
    );
    this.stageVariables = stack.textMap(this.stage, "stage_variables");
    this.cors = stack.part(() => Cors.of(stack, this.api, options.localOrigins));
    this.routes = new RouteTable(stack);
    this.throttles = stack.part(() => new Throttles(stack, this.stage, this.routes, this.now));
    this.accessLog = stack.part(() => AccessLog.of(stack, this.stage, HTTP_VARIABLES));
    this.authorizers = new GatewayAuthorizers(
      stack,
      this.api,
      functions,
      ask,
      trace,
      this.now,
      options.authorizerMilliseconds,
    );
    this.integrations = new GatewayIntegrations(stack, ask);
    this.server = new GatewayServer(trace, this.now, MOST_HEAD_BYTES, (request) => this.serve(request), options.stale);
  }

  get routeKeys(): readonly string[] {
    return this.routes.keys;
  }

  get deployedUrl(): string | undefined {
    return this.domain && `https://${this.domain.name}`;
  }

  /** How it deviates from the stack on request. Show this wherever its answers appear. */
  get deviations(): readonly string[] {
    const off = this.options.throttling === false && this.throttles.areDeclared;
    const throttling = off ? [`${this.stage.address}: requests are not throttled`] : [];
    return [...throttling, ...(this.domain?.deviations ?? []), ...(this.cors?.deviations ?? [])];
  }

  /** Discards all cached results of authorizers, like AWS's `ResetAuthorizersCache`. */
  resetAuthorizersCache(): void {
    this.authorizers.reset();
  }

  /** The URL for callers. */
  start(port: PortChoice = 0): Promise<string> {
    return this.server.start(port, this.deviations);
  }

  stop(graceMilliseconds?: number): Promise<void> {
    return this.server.stop(graceMilliseconds);
  }

  private async serve(begun: BegunRequest): Promise<void> {
    const { incoming, outgoing, requestId, startedAt } = begun;
    const trace = this.trace.at({ request: requestId });
    const entry = new HttpAccessEntry(incoming, requestId, this.stack.text(this.api, "execution_arn"), startedAt);
    const answer = await this.answer(incoming, entry, trace).catch((error: Error) => {
      trace.refuse("gateway", error.message, error instanceof StackError ? error.address : undefined);
      return ownAnswer(500);
    });
    if (this.cors !== undefined && "own" in answer && incoming.headers.origin !== undefined) {
      traceChoice(trace, "cors-own-answers", this.cors.address);
    }
    if (this.accessLog !== undefined) {
      const line = this.accessLog.line(entry.values(answer, this.now()));
      this.options.onAccessLogLine?.(line);
      this.trace.logs?.cloudWatch(this.accessLog.group, line, this.now());
    }
    this.trace.requests.end(requestId, {
      status: answer.status,
      milliseconds: this.now() - startedAt,
      route: entry.routeKey,
      client: entry.authorizer.get("client"),
    });
    writeAnswer(outgoing, { ...answer, headers: { ...answer.headers, "apigw-requestid": requestId } });
  }

  private async answer(
    incoming: IncomingMessage,
    entry: HttpAccessEntry,
    trace: PlacedTrace,
  ): Promise<LocalAnswer | OwnAnswer> {
    const bytes = headBytes(incoming);
    if (bytes > MOST_HEAD_BYTES) return tooLarge(trace, 431, `a head of ${bytes} bytes`);
    try {
      const request = await readRequest(incoming, MOST_BODY_BYTES);
      const read = readGatewayRequest(request);
      if (read !== undefined) return await this.route(read, request.target, entry, trace);
      traceChoice(trace, "path-undecodable");
      return ownAnswer(400);
    } catch (error) {
      if (error instanceof BodyTooLarge) return tooLarge(trace, 413, error.message);
      throw error;
    }
  }

  private route(
    read: ReadRequest,
    target: string,
    entry: HttpAccessEntry,
    trace: PlacedTrace,
  ): LocalAnswer | OwnAnswer | Promise<LocalAnswer | OwnAnswer> {
    entry.path = read.path;
    if (target.split("?")[0] !== read.path) traceChoice(trace, "path-decoding");
    if (/\/(\.{0,2})(?=\/)|\/\.{1,2}$/.test(read.path)) traceChoice(trace, "path-dots");
    const match = this.routes.find(read.method, read.path);
    if (this.cors?.isPreflight(read.method, read.headers)) {
      if (match === undefined) return this.preflight(this.cors, read, trace);
      traceChoice(trace, "preflight-route", match.route.address);
    }
    if (match === undefined) {
      trace.refuse("gateway", `no route for ${read.method} ${read.path}`, undefined, "no-route");
      return ownAnswer(404);
    }
    entry.routeKey = match.routeKey;
    trace.allow("gateway", `matched route ${match.routeKey}`, match.route.address);
    this.stack.requireUnderstood(match.route);
    if (this.isThrottled(trace, match.routeKey)) return ownAnswer(429);
    const { stageVariables } = this;
    const { requestId, sourceIp } = entry;
    return this.pass({ ...read, match, sourceIp, stageVariables, requestId, trace, authorizer: new Map() }, entry);
  }

  /** Handles a request that has its route and its token: calls the authorizer and the service. */
  private async pass(request: GatewayRequest, entry: HttpAccessEntry): Promise<LocalAnswer | OwnAnswer> {
    const verdict = await this.authorizers.judge(request);
    if (verdict.status === 500) {
      entry.authorizerError = verdict.error;
      return ownAnswer(500);
    }
    if (verdict.status !== 200) {
      entry.authorizerError = verdict.error;
      return ownAnswer(verdict.status, verdict.challenge);
    }
    entry.authorizer = verdict.context;
    const askedAt = this.now();
    const result = await this.integrations.forward({ ...request, authorizer: verdict.context });
    entry.integration = { status: result.status, error: result.error, milliseconds: this.now() - askedAt };
    if (this.cors === undefined || "own" in result.answer) return result.answer;
    return this.cors.onAnswer(result.answer, request.headers);
  }

  private preflight(cors: Cors, { headers }: ReadRequest, trace: PlacedTrace): LocalAnswer | OwnAnswer {
    if (this.isThrottled(trace, undefined)) return ownAnswer(429);
    if (cors.isAllowed(headers)) {
      trace.allow("gateway", cors.isLocal(headers) ? "preflight from a local origin" : "preflight", cors.address);
    } else {
      trace.refuse("gateway", `preflight: the origin ${headers.get("origin")} is not declared`, cors.address);
      traceChoice(trace, "preflight-foreign-origin", cors.address);
    }
    return cors.preflight(headers);
  }

  private isThrottled(trace: PlacedTrace, routeKey: string | undefined): boolean {
    const refusal = this.options.throttling === false ? undefined : this.throttles.refusal(routeKey);
    if (refusal === undefined) return false;
    trace.refuse("gateway", "too many requests", refusal.address, "throttle");
    if (refusal.shared) traceChoice(trace, "throttle-shared", refusal.address);
    return true;
  }
}

function tooLarge(trace: PlacedTrace, status: 413 | 431, reason: string): OwnAnswer {
  trace.refuse("gateway", reason, undefined, status === 413 ? "body-size" : "head-size");
  traceChoice(trace, "size-status");
  return ownAnswer(status);
}

const API: AttributeUse = {
  read: ["cors_configuration", "disable_execute_api_endpoint", "protocol_type"],
  immaterial: {
    name: "a name for people; the API's id is made up",
  },
};
const STAGE: AttributeUse = {
  read: [
    "access_log_settings",
    "api_id",
    "auto_deploy",
    "default_route_settings",
    "name",
    "route_settings",
    "stage_variables",
  ],
};

/** Resource types that belong to an API. One that names another API would serve that one. */
const PARTS = ["aws_apigatewayv2_authorizer", "aws_apigatewayv2_integration", "aws_apigatewayv2_route"] as const;

/** The stack's only HTTP API, which owns all of its routes, authorizers and integrations. */
export function readApi(stack: Stack): Resource {
  const api = only(stack.declared("aws_apigatewayv2_api", API), "aws_apigatewayv2_api");
  expectValue(stack, api, "protocol_type", "HTTP");
  const id = stack.text(api, "id");
  for (const part of PARTS.flatMap((type) => stack.all(type))) expectValue(stack, part, "api_id", id);
  return api;
}

/** The `$default` stage, which publishes every change automatically. */
function readStage(stack: Stack, api: Resource): Resource {
  const stage = only(stack.declared("aws_apigatewayv2_stage", STAGE), "aws_apigatewayv2_stage");
  expectValue(stack, stage, "api_id", stack.text(api, "id"));
  expectValue(stack, stage, "name", "$default");
  expectValue(stack, stage, "auto_deploy", true);
  return stage;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const HTTP_VARIABLES = logVariables(["dataProcessed", "integrationErrorMessage", "routeKey"]);

/** An HTTP API's log values of one request. */
export class HttpAccessEntry extends AccessEntry {
  path: string | undefined;
  routeKey: string | undefined;

  /** @param at milliseconds since 1970 */
  values(answer: LocalAnswer | OwnAnswer, at: number): AccessValues {
    const responseLength = answer.bytes?.length ?? Buffer.byteLength(answer.body);
    const answered: Answered = { answer, responseLength, at };
    return (variable) => {
      const read = OF_HTTP[variable];
      return read === undefined ? this.value(variable, answered) : read(this, answered);
    };
  }

  get host(): string | undefined {
    const { host } = this.incoming.headers;
    return host && domainNameOf(host);
  }
}

const OF_HTTP: AccessReaders<HttpAccessEntry> = {
  dataProcessed: ({ incoming }, { responseLength }) =>
    headBytes(incoming) + Number(incoming.headers["content-length"] ?? 0) + responseLength,
  domainName: ({ host }) => host,
  domainPrefix: ({ host }) => host?.split(".")[0],
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ incoming }) => incoming.method,
  "identity.sourceIp": ({ sourceIp }) => sourceIp,
  "identity.userAgent": ({ incoming }) => incoming.headers["user-agent"],
  integrationErrorMessage: ({ integration }) => integration.error,
  path: ({ path }) => path,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTimeEpoch: ({ startedAt }) => startedAt,
  routeKey: ({ routeKey }) => routeKey,
  stage: () => "$default",
};

const LIMITS: AttributeUse = {
  read: ["throttling_burst_limit", "throttling_rate_limit"],
  immaterial: { detailed_metrics_enabled: "adds CloudWatch metrics; there is no CloudWatch here" },
};
const ROUTE_LIMITS: AttributeUse = { ...LIMITS, read: [...LIMITS.read, "route_key"] };

interface Throttle {
  readonly bucket: TokenBucket;
  readonly address: string;
}

/**
 * Token buckets: one for the stage, one for each route that declares its own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttles {
  private readonly stage: Throttle;
  private readonly stageDeclares: boolean;
  private readonly routes = new Map<string, Throttle>();

  constructor(
    stack: Stack,
    stage: Resource,
    table: RouteTable,
    private readonly now: () => number,
  ) {
    const [settings] = stack.blocks(stage, "default_route_settings", LIMITS);
    this.stageDeclares = settings !== undefined;
    this.stage = settings
      ? this.declared(settings)
      : { bucket: new TokenBucket(ACCOUNT_LIMITS, now), address: stage.address };
    for (const block of stack.blocks(stage, "route_settings", ROUTE_LIMITS)) {
      const { route_key: key } = block.body;
      if (typeof key !== "string" || !table.has(key)) {
        throw new StackError(`${block.address}.route_key`, `no route has the key ${key}`);
      }
      this.routes.set(key, this.declared(block));
    }
  }

  /**
   * Whether the stack declares any. Otherwise the account's default limits apply, which a local user does not reach.
   */
  get areDeclared(): boolean {
    return this.stageDeclares || this.routes.size > 0;
  }

  /**
   * Returns the declaration that refuses, if one does. @param routeKey undefined for the gateway's own answer to a
   * preflight
   */
  refusal(routeKey: string | undefined): { readonly address: string; readonly shared: boolean } | undefined {
    const own = routeKey === undefined ? undefined : this.routes.get(routeKey);
    const { bucket, address } = own ?? this.stage;
    return bucket.take() ? undefined : { address, shared: own === undefined };
  }

  /** The provider turns a missing number into zero, which refuses every call. */
  private declared({ address, body }: Block): Throttle {
    const [rate, burst] = ["throttling_rate_limit", "throttling_burst_limit"].map((attribute) => {
      const value = body[attribute] ?? 0;
      if (typeof value !== "number" || value < 0) throw new StackError(`${address}.${attribute}`, `got ${value}`);
      return value;
    });
    return { bucket: new TokenBucket({ ratePerSecond: rate ?? 0, burst: burst ?? 0 }, this.now), address };
  }
}
