import { routesOpenTo } from "../../contract/policy-callers";
import type { AuthorizerPolicy, PolicyIssuer } from "../../contract/policy-file";
import { boundSegments, ownTexts } from "../../contract/route-access";
import { carriedScopes, type ScopeClaims } from "../../contract/scope-claims";
import { type Caller, type Reason, Refusal } from "../../functions/authorizer/request/outcome";
import { bearerToken } from "../../functions/authorizer/token/bearer";
import { callerOf } from "../../functions/authorizer/token/caller";
import { CLOCK_SKEW_SECONDS } from "../../functions/authorizer/token/clock";
import { hasAudience, issuerFor, type TrustedIssuer, trustedIssuers } from "../../functions/authorizer/token/issuers";
import { type Claims, readUnverified, type UnverifiedToken } from "../../functions/authorizer/token/unverified-token";

/** Result of a check of the signature: `unchecked` if the issuer's keys are not available. */
export type Signature = "valid" | "invalid" | "unknown-key" | "unchecked";

/** What the authorizer would decide on a token, and why. Holds claims, but neither the token nor its signature. */
export interface Explanation {
  readonly issuer?: TrustedIssuer;
  readonly claims?: Claims;
  readonly alg?: string;
  readonly signature: Signature;
  /** Undefined if the token is refused. */
  readonly caller?: Caller;
  /** Values of the scope claims that count for nothing. */
  readonly ignored: readonly { readonly value: string; readonly why: "not-mapped" | "not-granted" }[];
  /**
   * Keys of the routes that the caller may call, without public ones. A variable that must be the caller's own has its
   * texts: `GET /tenants/acme/orders`, `GET /teams/{blue|red}`.
   */
  readonly routes: readonly string[];
  readonly refusal?: Reason;
  /** Changes of config, or of the issuer, that would help. */
  readonly hints: readonly Hint[];
}

export type Hint =
  /** Config has the issuer's URL in another spelling. */
  | { readonly kind: "issuer-spelling"; readonly issuer: string; readonly url: string }
  | { readonly kind: "issuers"; readonly urls: readonly string[] }
  | { readonly kind: "audience"; readonly issuer: string; readonly found: readonly string[] }
  /** Another claim of the token holds what config looks for. */
  | {
      readonly kind: "claim";
      readonly issuer: string;
      readonly key: "scopeClaim" | "clientClaim";
      readonly claim: string;
    }
  | { readonly kind: "client"; readonly issuer: string; readonly client: string }
  | { readonly kind: "algorithm" }
  | { readonly kind: "clock"; readonly seconds: number };

/** Claims in which issuers write the client, and scopes, roles or permissions. */
const CLIENT_CLAIMS = ["client_id", "cid", "azp", "appid"];
const SCOPE_CLAIMS = ["scope", "scp", "roles", "permissions", "groups", "cognito:groups", "realm_access.roles"];

export interface Knowledge {
  readonly policy: AuthorizerPolicy;
  /** Values of the function's environment variables, for user pools and their clients. */
  readonly variables: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly now: number;
  readonly signatureOf: (token: UnverifiedToken, issuer: TrustedIssuer) => Promise<Signature>;
}

/** Checks a token in the authorizer's order. A signature that cannot be checked does not stop the other checks. */
export async function explanationOf(text: string, knowledge: Knowledge): Promise<Explanation> {
  const nothing = { signature: "unchecked", ignored: [], routes: [], hints: [] } as const;
  let token: UnverifiedToken;
  try {
    token = readUnverified(bearerToken(`Bearer ${text}`));
  } catch (error) {
    const refusal = reasonOf(error);
    return { ...nothing, refusal, ...(refusal === "token-algorithm" && { hints: [{ kind: "algorithm" }] }) };
  }
  const { claims, alg } = token;
  const read = { ...nothing, claims, alg };
  const trusted = trustedIssuers(knowledge.policy, knowledge.variables);
  const there = trusted.get(token.iss);
  if (there === undefined) return { ...read, refusal: "issuer-unknown", hints: hintsOnIssuer(token.iss, trusted) };
  const issuer = issuerFor(there, claims.aud);
  if (issuer === undefined || !hasAudience(issuer, claims.aud)) {
    const found = [claims.aud ?? []].flat().map(String);
    const hints = there.map(({ id }): Hint => ({ kind: "audience", issuer: id, found }));
    return { ...read, ...(issuer && { issuer }), refusal: "audience", hints };
  }
  const known = { ...read, issuer, signature: await knowledge.signatureOf(token, issuer) };
  if (known.signature === "invalid") return { ...known, refusal: "signature" };
  if (known.signature === "unknown-key") return { ...known, refusal: "key-unknown" };
  const late = Math.round(knowledge.now - claims.exp);
  if (late > CLOCK_SKEW_SECONDS) return { ...known, refusal: "expired", hints: [{ kind: "clock", seconds: late }] };
  const early = Math.round(Math.max(claims.nbf ?? 0, claims.iat ?? 0) - knowledge.now);
  if (early > CLOCK_SKEW_SECONDS) {
    return { ...known, refusal: "not-yet-valid", hints: [{ kind: "clock", seconds: -early }] };
  }
  try {
    const caller = callerOf({ issuer, claims });
    return {
      ...known,
      caller,
      ...scopesIn(claims, issuer, caller),
      routes: ownRoutes(caller, { issuer, claims, policy: knowledge.policy }),
    };
  } catch (error) {
    return { ...known, refusal: reasonOf(error), hints: hintsOnClient(claims, issuer) };
  }
}

function ownRoutes(
  caller: Caller,
  {
    issuer,
    claims,
    policy,
  }: { readonly issuer: TrustedIssuer; readonly claims: Claims; readonly policy: AuthorizerPolicy },
): readonly string[] {
  return routesOpenTo({ ...caller, pathClaims: issuer.pathClaims }, policy).flatMap((key) => {
    const access = policy.routes[key]?.access ?? "public";
    const segments = key.split("/");
    for (const bound of access === "public" ? [] : boundSegments(key, access.where)) {
      const texts = ownTexts(bound, claims);
      if (texts.length === 0) return [];
      segments[bound.segment] = texts.length === 1 ? String(texts[0]) : `{${texts.join("|")}}`;
    }
    return [segments.join("/")];
  });
}

function reasonOf(error: unknown): Reason {
  if (error instanceof Refusal) return error.reason;
  throw error;
}

function hintsOnIssuer(iss: string, trusted: ReadonlyMap<string, readonly TrustedIssuer[]>): readonly Hint[] {
  const plain = (url: string) => url.replace(/\/$/, "").toLowerCase();
  const alike = [...trusted.values()].flat().filter(({ url }) => plain(url) === plain(iss));
  return alike.length > 0
    ? alike.map(({ id }) => ({ kind: "issuer-spelling", issuer: id, url: iss }))
    : [{ kind: "issuers", urls: [...trusted.keys()] }];
}

function hintsOnClient(claims: Claims, issuer: TrustedIssuer): readonly Hint[] {
  if (issuer.kind !== "token") return [];
  const client = claims[issuer.clientClaim];
  if (typeof client === "string") return [{ kind: "client", issuer: issuer.id, client }];
  const others = CLIENT_CLAIMS.filter((name) => typeof claims[name] === "string");
  return others.map((claim) => ({ kind: "claim", issuer: issuer.id, key: "clientClaim", claim }));
}

function scopesIn(claims: Claims, issuer: TrustedIssuer, caller: Caller): Pick<Explanation, "hints" | "ignored"> {
  if (issuer.kind === "subjects") return { hints: [], ignored: [] };
  const from: ScopeClaims = issuer.kind === "token" ? issuer.claims : { scopeClaim: "scope" };
  const { scopeValues } = from;
  const values = [...carriedScopes(claims, { scopeClaim: from.scopeClaim })].filter((each) => typeof each === "string");
  const counts = (value: string) => {
    const scopes = scopeValues === undefined ? [value] : Object.hasOwn(scopeValues, value) ? scopeValues[value] : [];
    return scopes?.some((scope) => caller.scopes.includes(scope)) === true;
  };
  const ignored = values
    .filter((value) => !counts(value))
    .map((value) => {
      const isMapped = scopeValues === undefined || Object.hasOwn(scopeValues, value);
      return { value, why: isMapped ? "not-granted" : "not-mapped" } as const;
    });
  if (values.length > 0 || issuer.kind !== "token") return { hints: [], ignored };
  const others = SCOPE_CLAIMS.filter((claim) => carriedScopes(claims, { scopeClaim: claim }).size > 0);
  return {
    ignored,
    hints: others.map((claim) => ({ kind: "claim", issuer: issuer.id, key: "scopeClaim", claim })),
  };
}

/** Whether the policy has an issuer whose URL and clients are known only after a deploy. */
export function needsOutputs(iss: string | undefined, issuers: readonly PolicyIssuer[]): boolean {
  return issuers.some(({ kind }) => kind === "cognito") && /^https:\/\/cognito-idp\./.test(iss ?? "");
}
