import type { PolicyRoute } from "../../../contract/policy-file";
import type { ScopedAccess } from "../../../contract/route-access";
import { isAnyMet } from "../../../contract/scope-need";
import type { GoogleTokens } from "../mint/google-tokens";
import type { Trace } from "../request/log";
import {
  type Allowed,
  type Caller,
  forbidden,
  type Outcome,
  Refusal,
  unauthenticated,
  unavailable,
} from "../request/outcome";
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

async function allow(decider: Decider, request: AuthorizationRequest, trace: Trace): Promise<Allowed> {
  const { route, pathRule, path } = request;
  if (pathRule.hasVariable) requireOwnPath(pathRule, path);
  const caller = route.access === "public" ? undefined : await permitted(decider, request, route.access, trace);
  const token = await decider.googleTokens.tokenFor(route.service, trace);
  return { decision: "allowed", caller, googleAuthorization: `Bearer ${token}` };
}

/** The caller, who may call the route. */
async function permitted(
  decider: Decider,
  { route, pathRule, path, authorization: [value, second], host }: AuthorizationRequest,
  { scopes }: ScopedAccess,
  trace: Trace,
): Promise<Caller> {
  if (value === undefined || second !== undefined) throw unauthenticated("authorization-count");
  const caller = await identify(decider, value, host, route.mcp?.audience, trace);
  if ([caller.client, caller.actor].some((name) => decider.revoked.has(name)))
    throw forbidden("client-revoked", caller);
  // Same rule as API Gateway's for the scopes of a JWT: one of the route's scopes is enough. API Gateway has no
  // `allOf`.
  if (!isAnyMet(scopes, caller.scopes)) throw forbidden("scope", caller);
  if (!isCallersPath(pathRule, path, caller)) throw forbidden("path-claim", caller);
  return caller;
}

/** @param named a token must name one of these among its audiences, in addition to its issuer's rules. A signed request has none. */
async function identify(
  { verifier, awsPrincipals }: Decider,
  value: string,
  host: string,
  named: string | readonly string[] | undefined,
  trace: Trace,
) {
  const text = bearerText(value);
  if (awsPrincipals && !named && isAwsIamToken(text)) return awsPrincipals.callerOf(text, host, trace);
  const token = await verifier.verify(bearerToken(value), trace);
  if (named && ![named].flat().some((each) => [token.claims.aud].flat().includes(each)))
    throw unauthenticated("audience");
  return callerOf(token);
}
