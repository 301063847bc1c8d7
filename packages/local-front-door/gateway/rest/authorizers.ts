import { isAction, matches } from "../../../terraform-access-review/access/iam/pattern";
import { readPolicy, type Statement } from "../../../terraform-access-review/terraform-json/iam-statements";
import { listOf } from "../../../terraform-access-review/terraform-json/stack-json";
import type { FunctionResult, LocalFunction } from "../../function/function";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";
import { commonLogTime } from "../shared/access-log";
import { AuthorizerCache, secondsKept } from "../shared/authorizer-cache";
import { loggedDetail, loggedReason } from "../shared/decision-log";
import { InvokePermissions } from "../shared/invoke-permissions";
import { within } from "../shared/within";
import type { RestApi } from "./api";
import { contextVariables, restValue } from "./expressions";
import type { ResponseType } from "./gateway-responses";
import type { MethodTable, RestMethod } from "./methods";
import { type Headers, isAmbiguous, type RestRequest } from "./request";
import { traceRestChoice } from "./rest-choices";

const AUTHORIZER: AttributeUse = {
  read: ["authorizer_result_ttl_in_seconds", "authorizer_uri", "identity_source", "rest_api_id", "type"],
  immaterial: { name: "a name for people" },
};

/** The maximum time of an integration, including an authorizer's function. */
const AUTHORIZER_MILLISECONDS = 29_000;

const IDENTITY_SOURCE = /^(method\.request\.(header|querystring)|context|stageVariables)\.[\w.-]+$/;

interface Authorizer {
  readonly resource: Resource;
  readonly identitySources: readonly string[];
  /** Seconds. */
  readonly cacheSeconds: number;
}

interface Decided extends AuthorizerPolicy {
  /** The function's rule that refused, if its log names it. */
  readonly code: string | undefined;
}

interface CachedDecision extends Decided {
  readonly decision: string;
}

/** The gateway's next step: forward the request with this context, or answer itself. */
export type RestVerdict =
  | { readonly kind: "allowed"; readonly context: ReadonlyMap<string, string>; readonly usageKey?: string }
  | {
      readonly kind: "refused";
      readonly type: ResponseType;
      readonly error?: string;
      /** What the authorizer's result holds, if it denied the request. */
      readonly context?: ReadonlyMap<string, string>;
    };

const NOBODY_ASKED: RestVerdict = { kind: "allowed", context: new Map() };

/**
 * The stack's REQUEST authorizers: identity sources, cached policies, and each policy's decision about a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class RestAuthorizers {
  private readonly byMethod = new Map<RestMethod, Authorizer>();
  private readonly permissions: InvokePermissions;
  private readonly cache: AuthorizerCache<CachedDecision>;

  constructor(
    private readonly stack: Stack,
    private readonly api: RestApi,
    functions: readonly LocalFunction[],
    table: MethodTable,
    private readonly trace: LocalTrace,
    now: () => number,
    private readonly milliseconds = AUTHORIZER_MILLISECONDS,
  ) {
    const declared: Authorizer[] = [];
    for (const each of stack.declaredApart("aws_api_gateway_authorizer", AUTHORIZER)) {
      stack.apart(each, () => declared.push(this.read(each)));
    }
    this.permissions = new InvokePermissions(stack, functions, api.executionArn, trace);
    for (const { resource } of declared) stack.apart(resource, () => this.permissions.requireTarget(resource));
    this.cache = new AuthorizerCache(now);
    for (const method of table.all) {
      stack.apart(method.resource, () => {
        const authorizer = this.authorizerOf(method.resource, declared);
        if (authorizer === undefined) return;
        stack.requireUnderstood(authorizer.resource);
        this.byMethod.set(method, authorizer);
      });
    }
  }

  /** Discards all cached results, like AWS's `FlushStageAuthorizersCache`. */
  reset(): void {
    this.cache.reset();
  }

  async judge(request: RestRequest): Promise<RestVerdict> {
    // A method without an authorizer is public, unless its authorizer is not understood.
    this.stack.requireUnderstood(request.match.method.resource);
    const authorizer = this.byMethod.get(request.match.method);
    if (authorizer === undefined) {
      this.trace.allow(
        "gateway",
        "the route is public: no token is required",
        `${request.match.method.resource.address}.authorization`,
      );
      return NOBODY_ASKED;
    }
    const identity = this.identityOf(authorizer, request);
    if (identity === undefined) return { kind: "refused", type: "UNAUTHORIZED" };
    const { address } = authorizer.resource;
    const kept = this.cache.find(address, identity);
    if (kept !== undefined) return this.applied(kept, request, `cached result: ${kept.decision}`, address);
    return this.ask(authorizer, identity, request);
  }

  private async ask(
    { resource, cacheSeconds }: Authorizer,
    identity: readonly string[],
    request: RestRequest,
  ): Promise<RestVerdict> {
    const target = this.permissions.functionOf(resource);
    if (target === undefined) {
      return failure("API Gateway may not call the authorizer's function", "AUTHORIZER_CONFIGURATION_ERROR");
    }
    const event = restAuthorizerEvent(request, this.api.executionArn);
    const verdict = await this.trace.call("authorizer", async () => {
      const result = await within(this.milliseconds, target.invoke(event));
      return result && this.verdictOf(result, target, { resource, cacheSeconds }, identity, request);
    });
    if (verdict !== undefined) return verdict;
    this.trace.refuse("gateway", `no answer from ${target.inWords} within ${this.milliseconds} ms`, resource.address);
    return failure("the authorizer's function took too long", "AUTHORIZER_FAILURE");
  }

  private verdictOf(
    result: FunctionResult,
    target: LocalFunction,
    { resource, cacheSeconds }: Pick<Authorizer, "resource" | "cacheSeconds">,
    identity: readonly string[],
    request: RestRequest,
  ): RestVerdict {
    const lastLine = target.log.at(-1);
    const detail = loggedDetail(lastLine, request.extendedRequestId);
    const code = loggedReason(lastLine, request.extendedRequestId);
    const { address } = target.resource;
    if (result.kind === "error") {
      traceRestChoice(this.trace, "rest-cache-errors", resource.address);
      // API Gateway answers 401 to exactly this word:
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
      if (result.message === "Unauthorized") {
        this.trace.refuse("authorizer", `${target.name}: Unauthorized${detail}`, address, code);
        return { kind: "refused", type: "UNAUTHORIZED" };
      }
      this.trace.refuse("authorizer", `${target.inWords} failed${detail}`, address, code);
      return failure("the authorizer's function failed", "AUTHORIZER_FAILURE");
    }
    try {
      const policy = readAuthorizerPolicy(result.value);
      const decision = `${target.name}: ${policy.context.get("decision")}${detail}`;
      this.cache.keep(resource.address, identity, { ...policy, decision, code }, cacheSeconds);
      return this.applied({ ...policy, code }, request, decision, address);
    } catch (error) {
      if (!(error instanceof NoPolicy)) throw error;
      this.trace.refuse("authorizer", `${target.name} returned no policy: ${error.message}`, address);
      return failure("the authorizer's answer is no policy", "AUTHORIZER_CONFIGURATION_ERROR");
    }
  }

  private applied(policy: Decided, request: RestRequest, decision: string, address: string): RestVerdict {
    if (!allows(policy, methodArn(request, this.api.executionArn))) {
      this.trace.refuse("authorizer", decision, address, policy.code);
      return { kind: "refused", type: "ACCESS_DENIED", context: policy.context };
    }
    this.trace.allow("authorizer", decision, address);
    return { kind: "allowed", context: policy.context, usageKey: policy.usageIdentifierKey };
  }

  /**
   * The values of all identity sources. If one is missing or empty, the gateway answers 401 without calling the
   * function.
   */
  private identityOf({ resource, identitySources }: Authorizer, request: RestRequest): readonly string[] | undefined {
    const address = `${resource.address}.identity_source`;
    const values = identitySources.map((source) => restValue(source, request, address));
    for (const source of identitySources) {
      const [, name] = /^method\.request\.header\.(.+)$/.exec(source) ?? [];
      if (name !== undefined && isAmbiguous(request.headers, name)) {
        traceRestChoice(this.trace, "rest-identity-repeated", address);
      }
    }
    const missing = values.findIndex((value) => value === undefined || value === "");
    if (missing < 0) return values as readonly string[];
    this.trace.refuse(
      "gateway",
      `the identity source ${identitySources[missing]} is missing`,
      address,
      "identity-source",
    );
    return undefined;
  }

  private authorizerOf(method: Resource, declared: readonly Authorizer[]): Authorizer | undefined {
    const authorization = this.stack.text(method, "authorization");
    if (authorization === "NONE") return undefined;
    if (authorization !== "CUSTOM") {
      throw new StackError(`${method.address}.authorization`, `got ${authorization}, expected CUSTOM or NONE`);
    }
    const id = this.stack.text(method, "authorizer_id");
    const found = declared.find(({ resource }) => this.stack.text(resource, "id") === id);
    if (found === undefined) throw new StackError(`${method.address}.authorizer_id`, `no authorizer has the id ${id}`);
    return found;
  }

  private read(resource: Resource): Authorizer {
    const { stack } = this;
    const { address } = resource;
    if (stack.value(resource, "type") !== "REQUEST") {
      stack.fault(`${address}.type`, "the stand-in knows only REQUEST");
    }
    // The value that the provider sends if none is declared.
    const declared = stack.value(resource, "identity_source") ?? "method.request.header.Authorization";
    const identitySources = String(declared)
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    const unknown = identitySources.find((source) => !IDENTITY_SOURCE.test(source));
    if (unknown !== undefined) throw new StackError(`${address}.identity_source`, `unknown expression ${unknown}`);
    return { resource, identitySources, cacheSeconds: secondsKept(stack, resource, identitySources, 300) };
  }
}

function failure(error: string, type: ResponseType): RestVerdict {
  return { kind: "refused", type, error };
}

/** A function's result: cached, and evaluated again for every request that uses it. */
interface AuthorizerPolicy {
  readonly statements: readonly Statement[];
  readonly context: ReadonlyMap<string, string>;
  readonly usageIdentifierKey?: string;
}

/** Thrown for an invalid result of a function. */
class NoPolicy extends Error {}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
export function readAuthorizerPolicy(answer: unknown): AuthorizerPolicy {
  const { principalId, policyDocument, context, usageIdentifierKey } = object(answer, "the answer");
  if (typeof principalId !== "string") throw new NoPolicy("no principalId");
  const { Version, Id } = object(policyDocument, "policyDocument");
  const statements = readPolicy(JSON.stringify(policyDocument));
  if (Version !== "2012-10-17" || Id !== undefined) throw new NoPolicy("an unsupported policyDocument");
  if (typeof statements === "string") throw new NoPolicy(statements);
  if (usageIdentifierKey !== undefined && typeof usageIdentifierKey !== "string") {
    throw new NoPolicy("a usageIdentifierKey that is not a string");
  }
  const values = Object.entries(context === undefined ? {} : object(context, "context"));
  const nested = values.find(([, value]) => typeof value === "object");
  if (nested !== undefined) throw new NoPolicy(`context.${nested[0]} is neither a string nor a number nor a boolean`);
  return {
    statements: statements.map(requireKnown),
    context: new Map([["principalId", principalId], ...values.map(([key, value]) => [key, String(value)] as const)]),
    usageIdentifierKey,
  };
}

/** As in IAM: a matching Deny overrides every Allow. Without a matching Allow, nothing is allowed. */
export function allows({ statements }: AuthorizerPolicy, methodArn: string): boolean {
  const about = statements.filter(
    ({ Action, Resource }) =>
      isAction({ patterns: listOf(Action), not: false }, "execute-api:Invoke") &&
      listOf(Resource).some((resource) => matches(resource, methodArn)),
  );
  return about.length > 0 && about.every(({ Effect }) => Effect === "Allow");
}

/** A statement of actions and resources alone. Only IAM would know the value of a variable. */
function requireKnown(statement: Statement): Statement {
  const { Effect: _, Sid: __, Action, Resource, ...more } = statement;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new NoPolicy(`a statement with ${unknown}, which the stand-in does not support`);
  const isPlain = [Action, Resource].every((part) => part !== undefined && !JSON.stringify(part).includes("${"));
  if (!isPlain) throw new NoPolicy("an action or a resource that the stand-in does not know");
  return statement;
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new NoPolicy(`${what} is not an object`);
}

/** `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live/GET/orders/7`: the resource that a policy refers to. */
function methodArn({ httpMethod, path, stage }: RestRequest, executionArn: string): string {
  return `${executionArn}/${stage}/${httpMethod}${path}`;
}

/**
 * The event of a REST API's REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
function restAuthorizerEvent(request: RestRequest, executionArn: string): unknown {
  const { headers, httpMethod, match, path, query, stageVariables, startedAt } = request;
  const parameters = [...new URLSearchParams(query)];
  const { "identity.sourceIp": sourceIp, "identity.userAgent": userAgent, ...context } = contextVariables(request);
  const [accountId, apiId] = executionArn.split(":").slice(4);
  return {
    type: "REQUEST",
    methodArn: methodArn(request, executionArn),
    resource: match.method.resourcePath,
    path,
    httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(parameters),
    multiValueQueryStringParameters: allValues(parameters),
    pathParameters: match.pathParameters,
    stageVariables: Object.fromEntries(stageVariables),
    requestContext: {
      ...context,
      accountId,
      apiId,
      requestTime: commonLogTime(startedAt),
      requestTimeEpoch: startedAt,
      identity: { apiKey: null, sourceIp, userAgent: userAgent ?? null },
    },
  };
}

function lastValues(pairs: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs);
}

/** Names that differ in case are different names. */
function allValues(pairs: Headers): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return Object.fromEntries(found);
}
