import type { PolicyRoute } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
import type { GoogleTokens } from "../mint/google-tokens";
import type { Trace } from "../request/log";
import { type Allowed, forbidden, type Outcome, Refusal, unauthenticated, unavailable } from "../request/outcome";
import { type PathRule, requireOwnPath } from "../request/path-rule";
import { bearerToken } from "../token/bearer";
import { callerOf } from "../token/caller";
import type { TokenVerifier } from "../token/verify-token";

/** The input of a decision. The gateway's adapter has checked that all of it is part of the cache key. */
export interface AuthorizationRequest {
  readonly route: PolicyRoute;
  readonly pathRule: PathRule;
  readonly path: string;
  /** Raw values of the `Authorization` header. Ignored on a public route. */
  readonly authorization: readonly string[];
}

export interface Decider {
  readonly verifier: TokenVerifier;
  readonly googleTokens: GoogleTokens;
  /** Names of revoked callers, `<issuer>/<client>`. They are refused whatever the policy says. */
  readonly revoked: ReadonlySet<string | undefined>;
}

/**
 * Order of checks: cheap ones first, no outbound call for what they refuse, no Google token for a caller without scope.
 */
export async function decide(decider: Decider, request: AuthorizationRequest, trace: Trace): Promise<Outcome> {
  try {
    return await allow(decider, request, trace);
  } catch (error) {
    return error instanceof Refusal ? error : unavailable("internal");
  }
}

async function allow(
  { verifier, googleTokens, revoked }: Decider,
  { route, pathRule, path, authorization }: AuthorizationRequest,
  trace: Trace,
): Promise<Allowed> {
  if (pathRule.hasVariable) requireOwnPath(pathRule, path);
  if (route.access === "public") {
    return { decision: "allowed", googleAuthorization: `Bearer ${await googleTokens.tokenFor(route.service, trace)}` };
  }
  const [value, second] = authorization;
  if (value === undefined || second !== undefined) throw unauthenticated("authorization-count");
  const caller = callerOf(await verifier.verify(bearerToken(value), trace));
  if (revoked.has(caller.client)) throw forbidden("client-revoked", caller);
  // API Gateway's own rule for the scopes of a JWT: one of the route's is enough. It knows no `allOf`.
  if (!isAnyMet(route.access.scopes, caller.scopes)) throw forbidden("scope", caller);
  const token = await googleTokens.tokenFor(route.service, trace);
  return { decision: "allowed", caller, googleAuthorization: `Bearer ${token}` };
}
