import type { PolicyRoute } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
import type { GoogleTokens } from "../mint/google-tokens";
import type { Trace } from "../request/log";
import { type Allowed, forbidden, type Outcome, Refusal, unauthenticated, unavailable } from "../request/outcome";
import { isCallersPath, type PathRule, requireOwnPath } from "../request/path-rule";
import type { AwsPrincipals } from "../token/aws-iam/aws-principals";
import { isAwsIamToken } from "../token/aws-iam/signed-identity";
import { bearerText, bearerToken } from "../token/bearer";
import { callerOf } from "../token/caller";
import type { TokenVerifier } from "../token/verify-token";

/** The input of a decision. The gateway's adapter has checked that all of it but `host` is part of the cache key. */
export interface AuthorizationRequest {
  readonly route: PolicyRoute;
  readonly pathRule: PathRule;
  readonly path: string;
  /** Raw values of the `Authorization` header. Ignored on a public route. */
  readonly authorization: readonly string[];
  /**
   * Host name that the request was sent to, as the gateway reports it. It is compared only with a host name inside the
   * token. It is not an identity source, because every host name of an API leads to the same stage. Empty if unknown,
   * which matches no token.
   */
  readonly host: string;
}

export interface Decider {
  readonly verifier: TokenVerifier;
  /** Undefined if the policy trusts no AWS principals. */
  readonly awsPrincipals?: AwsPrincipals | undefined;
  readonly googleTokens: GoogleTokens;
  /** Names of revoked callers, `<issuer>/<client>`. They are refused whatever the policy says. */
  readonly revoked: ReadonlySet<string | undefined>;
}

/**
 * Decides a request. Cheap checks run first: a request that they refuse causes no outbound call. A caller without the
 * scope gets no Google token.
 */
export async function decide(decider: Decider, request: AuthorizationRequest, trace: Trace): Promise<Outcome> {
  try {
    return await allow(decider, request, trace);
  } catch (error) {
    return error instanceof Refusal ? error : unavailable("internal");
  }
}

async function allow(
  decider: Decider,
  { route, pathRule, path, authorization, host }: AuthorizationRequest,
  trace: Trace,
): Promise<Allowed> {
  const { googleTokens, revoked } = decider;
  if (pathRule.hasVariable) requireOwnPath(pathRule, path);
  if (route.access === "public") {
    return { decision: "allowed", googleAuthorization: `Bearer ${await googleTokens.tokenFor(route.service, trace)}` };
  }
  const [value, second] = authorization;
  if (value === undefined || second !== undefined) throw unauthenticated("authorization-count");
  const caller = await identify(decider, value, host, trace);
  if (revoked.has(caller.client)) throw forbidden("client-revoked", caller);
  // Same rule as API Gateway's for the scopes of a JWT: one of the route's scopes is enough. API Gateway has no
  // `allOf`.
  if (!isAnyMet(route.access.scopes, caller.scopes)) throw forbidden("scope", caller);
  if (!isCallersPath(pathRule, path, caller)) throw forbidden("path-claim", caller);
  const token = await googleTokens.tokenFor(route.service, trace);
  return { decision: "allowed", caller, googleAuthorization: `Bearer ${token}` };
}

async function identify({ verifier, awsPrincipals }: Decider, value: string, host: string, trace: Trace) {
  const text = bearerText(value);
  if (awsPrincipals && isAwsIamToken(text)) return awsPrincipals.callerOf(text, host, trace);
  return callerOf(await verifier.verify(bearerToken(value), trace));
}
