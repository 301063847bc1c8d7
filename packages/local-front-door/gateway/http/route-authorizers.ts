import type { LocalFunction } from "../../function/function";
import type { LocalHost } from "../../net/local-http";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import { asPartOf, type LocalTrace } from "../../trace/trace";
import { commonLogTime } from "../shared/access-log";
import { AuthorizerCache, secondsKept } from "../shared/authorizer-cache";
import { domainNameOf } from "../shared/custom-domain";
import { loggedDetail, loggedReason } from "../shared/decision-log";
import { InvokePermissions } from "../shared/invoke-permissions";
import { within } from "../shared/within";
import { expressionValue, type GatewayRequest } from "./gateway-request";
import { traceChoice } from "./http-choices";
import { type JwtAuthorizer, JwtAuthorizers, jwtAuthorizersByRoute } from "./jwt-authorizers";
import { ANY_REQUEST } from "./parameter-mapping";

const AUTHORIZER: AttributeUse = {
  read: [
    "api_id",
    "authorizer_payload_format_version",
    "authorizer_result_ttl_in_seconds",
    "authorizer_type",
    "authorizer_uri",
    "enable_simple_responses",
    "identity_sources",
    "jwt_configuration",
  ],
  immaterial: { name: "a name for people" },
};

/** Timeout of an authorizer: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const AUTHORIZER_MILLISECONDS = 10_000;

/** The function's result: cached, and reused for all requests with the same identity sources. */
type AuthorizerAnswer =
  | { readonly status: 200; readonly context: ReadonlyMap<string, string>; readonly decision: string }
  | { readonly status: 403; readonly decision: string; readonly code: string | undefined };

/** The gateway's next step: forward the request with this context, or answer itself. */
export type AuthorizerVerdict =
  | { readonly status: 200; readonly context: ReadonlyMap<string, string> }
  | {
      readonly status: 401 | 403;
      readonly challenge?: string;
      /** Why a JWT authorizer refused. AWS does not document its own words. */
      readonly error?: string;
    }
  | { readonly status: 500; readonly error: string };

/**
 * The authorizers of the stack: identity sources, cached results, simple responses.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export class GatewayAuthorizers {
  private readonly authorizers: readonly Resource[];
  private readonly permissions: InvokePermissions;
  private readonly cache: AuthorizerCache<AuthorizerAnswer>;
  private readonly jwt: JwtAuthorizers;
  /** Authorizers of routes of type JWT, by the route's address. */
  private readonly jwtByRoute: ReadonlyMap<string, JwtAuthorizer>;

  constructor(
    private readonly stack: Stack,
    private readonly api: Resource,
    functions: readonly LocalFunction[],
    ask: LocalHost,
    private readonly trace: LocalTrace,
    private readonly now: () => number,
    private readonly authorizerMilliseconds = AUTHORIZER_MILLISECONDS,
  ) {
    this.authorizers = stack.declaredApart("aws_apigatewayv2_authorizer", AUTHORIZER);
    this.permissions = new InvokePermissions(stack, functions, stack.text(api, "execution_arn"), trace);
    this.cache = new AuthorizerCache(now);
    for (const authorizer of this.authorizers) {
      stack.apart(authorizer, () => {
        if (this.stack.value(authorizer, "authorizer_type") !== "JWT") this.secondsKept(authorizer);
      });
    }
    this.jwt = new JwtAuthorizers(stack, ask, trace, now);
    this.jwtByRoute = jwtAuthorizersByRoute(stack, this.authorizers);
    for (const route of stack.all("aws_apigatewayv2_route")) stack.apart(route, () => this.requirePlayed(route));
  }

  /** AWS's `ResetAuthorizersCache`: every next request calls its function again. */
  reset(): void {
    this.cache.reset();
  }

  async judge(request: GatewayRequest): Promise<AuthorizerVerdict> {
    const { trace } = request;
    const { route } = request.match;
    const type = this.stack.value(route, "authorization_type") ?? "NONE";
    if (type === "NONE") {
      trace.allow("gateway", "the route is public: no token is required", `${route.address}.authorization_type`);
      return { status: 200, context: new Map() };
    }
    const jwt = this.jwtByRoute.get(route.address);
    if (jwt !== undefined) {
      return asPartOf(trace.place, () => this.trace.call("jwt-authorizer", () => this.jwt.judge(jwt, request)));
    }
    const authorizer = this.authorizerOf(route);
    const identity = this.identityOf(authorizer, request);
    if (identity === undefined) return { status: 401 };
    const kept = this.cache.find(authorizer.address, identity);
    if (kept === undefined) return asPartOf(trace.place, () => this.ask(authorizer, identity, request));
    const { address } = authorizer;
    if (kept.status === 200) trace.allow("authorizer", `cached result: ${kept.decision}`, address);
    else trace.refuse("authorizer", `cached result: ${kept.decision}`, address, kept.code);
    return kept;
  }

  private async ask(
    authorizer: Resource,
    identity: readonly string[],
    request: GatewayRequest,
  ): Promise<AuthorizerVerdict> {
    const target = this.permissions.functionOf(authorizer);
    if (target === undefined) return { status: 500, error: "API Gateway may not call the authorizer's function" };
    const event = authorizerEvent(request, identity, this.stack.text(this.api, "execution_arn"), this.now());
    const answer = await this.trace.call("authorizer", async () => {
      const result = await within(this.authorizerMilliseconds, target.invoke(event));
      return result && this.answerOf(target, result.kind === "answer" ? result.value : undefined, request.requestId);
    });
    if (answer === undefined) {
      this.trace.refuse(
        "gateway",
        `no answer from ${target.inWords} within ${this.authorizerMilliseconds} ms`,
        authorizer.address,
      );
      return { status: 500, error: "the authorizer's function took too long" };
    }
    if (answer === "failed") return { status: 500, error: "the authorizer's function failed" };
    this.cache.keep(authorizer.address, identity, answer, this.secondsKept(authorizer));
    return answer;
  }

  /** Anything unsupported stops the start, not the first request that needs it. */
  private requirePlayed(route: Resource): void {
    const type = this.stack.value(route, "authorization_type") ?? "NONE";
    if (type === "NONE" || type === "JWT") return;
    if (type !== "CUSTOM") {
      throw new StackError(`${route.address}.authorization_type`, `got ${type}, expected NONE, JWT or CUSTOM`);
    }
    const authorizer = this.authorizerOf(route);
    this.permissions.requireTarget(authorizer);
    const address = `${authorizer.address}.identity_sources`;
    for (const each of this.stack.texts(authorizer, "identity_sources")) expressionValue(each, ANY_REQUEST, address);
  }

  private authorizerOf(route: Resource): Resource {
    const id = this.stack.text(route, "authorizer_id");
    const found = this.authorizers.find((candidate) => this.stack.text(candidate, "id") === id);
    if (found === undefined) throw new StackError(`${route.address}.authorizer_id`, `no authorizer has the id ${id}`);
    const expected = {
      authorizer_type: "REQUEST",
      authorizer_payload_format_version: "2.0",
      // `isAuthorized` is part of simple responses only.
      enable_simple_responses: true,
      jwt_configuration: undefined,
    };
    for (const [attribute, value] of Object.entries(expected)) {
      if (this.stack.value(found, attribute) !== value) {
        this.stack.fault(`${found.address}.${attribute}`, `the stand-in knows only ${value ?? "none"}`);
      }
    }
    this.stack.requireUnderstood(found);
    return found;
  }

  private secondsKept(authorizer: Resource): number {
    const sources = this.stack.texts(authorizer, "identity_sources");
    return secondsKept(this.stack, authorizer, sources, sources.length === 0 ? 0 : 300);
  }

  /**
   * The values of all identity sources. If one is missing or empty, the gateway answers 401 without calling the
   * function.
   */
  private identityOf(authorizer: Resource, request: GatewayRequest): readonly string[] | undefined {
    const address = `${authorizer.address}.identity_sources`;
    const expressions = this.stack.texts(authorizer, "identity_sources");
    const values = expressions.map((expression) => expressionValue(expression, request, address));
    if (values.every((value): value is string => value !== undefined && value !== "")) return values;
    const missing = expressions[values.findIndex((value) => value === undefined || value === "")];
    request.trace.refuse("gateway", `the identity source ${missing} is missing`, address, "identity-source");
    if (values.includes("")) traceChoice(request.trace, "identity-source-empty", address);
    return undefined;
  }

  /** `failed` if it is not a simple response: an error, which is never cached. */
  private answerOf(target: LocalFunction, answer: unknown, requestId: string): AuthorizerAnswer | "failed" {
    const lastLine = target.log.at(-1);
    const detail = loggedDetail(lastLine, requestId);
    const { isAuthorized, context } = (answer ?? {}) as { isAuthorized?: unknown; context?: Record<string, unknown> };
    const { address } = target.resource;
    if (typeof isAuthorized !== "boolean") {
      this.trace.refuse("authorizer", `${target.inWords} failed${detail}`, address, loggedReason(lastLine, requestId));
      traceChoice(this.trace, "cache-errors");
      return "failed";
    }
    const decision = `${target.name}: ${context?.decision}${detail}`;
    if (!isAuthorized) {
      const code = loggedReason(lastLine, requestId);
      this.trace.refuse("authorizer", decision, address, code);
      return { status: 403, decision, code };
    }
    this.trace.allow("authorizer", decision, address);
    const values = new Map(Object.entries(context ?? {}).map(([key, value]) => [key, String(value)]));
    return { status: 200, context: values, decision };
  }
}

/**
 * The event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.payload-format
 */
function authorizerEvent(
  request: GatewayRequest,
  identitySource: readonly string[],
  executionArn: string,
  timeEpoch: number,
): unknown {
  const { headers, match, method, path, query, requestId, sourceIp, stageVariables } = request;
  const host = domainNameOf(headers.get("host") ?? "localhost");
  const parameters = queryStringParameters(query);
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `${executionArn}/$default/${method}${path}`,
    identitySource,
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(headers.has("cookie") && { cookies: headers.get("cookie")?.split("; ") }),
    headers: Object.fromEntries(headers),
    ...(parameters.size > 0 && { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: executionArn.split(":")[4],
      apiId: executionArn.split(":")[5],
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: headers.get("user-agent") ?? "" },
      requestId,
      routeKey: match.routeKey,
      stage: "$default",
      time: commonLogTime(timeEpoch),
      timeEpoch,
    },
    pathParameters: match.pathParameters,
    stageVariables: Object.fromEntries(stageVariables),
  };
}

/** Joins the values of a repeated name with commas. */
function queryStringParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    parameters.set(name, parameters.has(name) ? `${parameters.get(name)},${value}` : value);
  }
  return parameters;
}
