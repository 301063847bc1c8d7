import type { FunctionResult, LocalFunction } from "../../function/function";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";
import { AuthorizerCache, secondsKept } from "../shared/authorizer-cache";
import { loggedDetail, loggedReason } from "../shared/decision-log";
import { InvokePermissions } from "../shared/invoke-permissions";
import { within } from "../shared/within";
import type { RestApi } from "./api";
import { type AuthorizerPolicy, allows, NoPolicy, readAuthorizerPolicy } from "./authorizer-policy";
import { restValue } from "./expressions";
import type { ResponseType } from "./gateway-responses";
import type { MethodTable, RestMethod } from "./methods";
import { isAmbiguous, type RestRequest } from "./request";
import { methodArn, restAuthorizerEvent } from "./request-event";
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
  | { readonly kind: "refused"; readonly type: ResponseType; readonly error?: string };

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
    const declared = stack.readEach(stack.declared("aws_api_gateway_authorizer", AUTHORIZER), (each) =>
      this.read(each),
    );
    this.permissions = new InvokePermissions(stack, functions, api.executionArn, trace);
    for (const { resource } of declared) stack.attempt(() => this.permissions.requireTarget(resource));
    this.cache = new AuthorizerCache(now);
    for (const method of table.all) {
      const authorizer = stack.attempt(() => this.authorizerOf(method.resource, declared));
      if (authorizer !== undefined) this.byMethod.set(method, authorizer);
    }
  }

  /** Discards all cached results, like AWS's `FlushStageAuthorizersCache`. */
  reset(): void {
    this.cache.reset();
  }

  async judge(request: RestRequest): Promise<RestVerdict> {
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
      return { kind: "refused", type: "ACCESS_DENIED" };
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
