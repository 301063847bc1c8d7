import { providerOf } from "../../contract/identity-providers";
import { routesOpenTo } from "../../contract/policy-callers";
import type { AuthorizerPolicy, PolicyIssuer } from "../../contract/policy-file";
import { boundSegments, ownTexts } from "../../contract/route-access";
import { carriedScopes, claimAt, type ScopeClaims } from "../../contract/scope-claims";
import { type Caller, type Reason, Refusal } from "../../functions/authorizer/request/outcome";
import { bearerToken } from "../../functions/authorizer/token/bearer";
import { callerOf } from "../../functions/authorizer/token/caller";
import { CLOCK_SKEW_SECONDS } from "../../functions/authorizer/token/clock";
import {
  hasAudience,
  issuerFor,
  type TokenIssuer,
  type TrustedIssuer,
  trustedIssuers,
} from "../../functions/authorizer/token/issuers";
import { type Claims, readUnverified, type UnverifiedToken } from "../../functions/authorizer/token/unverified-token";
import { SIGN_IN_SCOPES } from "../../intent/model/sign-in-scopes";
import { ownValue } from "../../intent/source/values";

/** Result of a check of the signature: `unchecked` if the issuer's keys are not available, `skipped` after another refusal. */
export type Signature = "valid" | "invalid" | "unknown-key" | "unchecked" | "skipped";

/** What the authorizer would decide on a token, and why. Holds claims, but neither the token nor its signature. */
export interface Explanation {
  readonly issuer?: TrustedIssuer;
  readonly claims?: Claims;
  readonly alg?: string;
  readonly signature: Signature;
  /** Undefined if the token is refused. */
  readonly caller?: Caller;
  /** Values of claims with scopes that count for nothing. */
  readonly ignored: readonly Ignored[];
  /**
   * Keys of the routes that the caller may call, without public ones. A variable that must be the caller's own has its
   * texts: `GET /tenants/acme/orders`, `GET /teams/{blue|red}`.
   */
  readonly routes: readonly string[];
  readonly refusal?: Reason;
  /** Changes of config, or of the issuer, that would help. */
  readonly hints: readonly Hint[];
}

/** `not-read`: config reads another claim, or none. */
export interface Ignored {
  readonly value: string;
  readonly why: "not-mapped" | "not-granted" | "not-actors" | "not-read";
}

export type Hint =
  /** Config has the issuer's URL in another spelling. */
  | { readonly kind: "issuer-spelling"; readonly issuer: string; readonly url: string }
  | { readonly kind: "issuers"; readonly urls: readonly string[] }
  /** `expected`: those of config. A token for another API is never accepted, whatever config could say. */
  | {
      readonly kind: "audience";
      readonly issuer: string;
      readonly found: readonly string[];
      readonly expected: readonly string[];
    }
  /** Entra ID made it in version 1.0, with an `iss` of its own. The API that a token is for decides its version. */
  | { readonly kind: "entra-version"; readonly issuer: string; readonly found: readonly string[] }
  /** Another claim of the token holds what config looks for. */
  | {
      readonly kind: "claim";
      readonly issuer: string;
      readonly key: "scopeClaim" | "clientClaim";
      readonly claim: string;
    }
  | { readonly kind: "client"; readonly issuer: string; readonly client: string }
  /** None of the token's values grants a scope to any client of the issuer. */
  | {
      readonly kind: "scopes";
      readonly issuer: string;
      readonly key: "scopes" | "scopeValues";
      readonly values: readonly string[];
    }
  /** The token has no claim with scopes. `isEntra`: there, a program has `roles` only after an app role is assigned to it. */
  | {
      readonly kind: "no-scopes";
      readonly issuer: string;
      readonly claims: readonly string[];
      readonly isEntra: boolean;
    }
  /** `act` names a party that may not act; undefined: it names none. `other`: the party's issuer, if it is not the token's. */
  | { readonly kind: "actor"; readonly issuer: string; readonly actor?: string; readonly other?: string }
  /** Config disables the caller, or the party that acts. */
  | { readonly kind: "disabled"; readonly client: string }
  | { readonly kind: "algorithm" }
  | { readonly kind: "clock"; readonly seconds: number };

/** Claims in which issuers write the client, and scopes, roles or permissions. */
const CLIENT_CLAIMS = ["client_id", "cid", "azp", "appid"];
const SCOPE_CLAIMS = ["scope", "scp", "roles", "permissions", "groups", "cognito:groups", "realm_access.roles"];

export interface Knowledge {
  readonly policy: AuthorizerPolicy;
  /** Values of the function's environment variables, for user pools and their clients. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the callers that config disables. Default: none. */
  readonly disabled?: ReadonlySet<string>;
  /** Seconds since 1970. */
  readonly now: number;
  readonly signatureOf: (token: UnverifiedToken, issuer: TrustedIssuer) => Promise<Signature>;
}

/** Checks a token in the authorizer's order. A signature that cannot be checked does not stop the other checks. */
export async function explanationOf(text: string, knowledge: Knowledge): Promise<Explanation> {
  const nothing = { signature: "skipped", ignored: [], routes: [], hints: [] } as const;
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
  if (there === undefined)
    return { ...read, refusal: "issuer-unknown", hints: hintsOnIssuer(token.iss, claims, trusted) };
  const issuer = issuerFor(there, claims.aud);
  if (issuer === undefined || !hasAudience(issuer, claims.aud)) {
    const hints = there.map((each) => hintOnAudience(claims, each));
    const [only] = there.length === 1 ? there : [];
    const further = only === undefined ? [] : hintsOnCaller(claims, only);
    return { ...read, ...(issuer && { issuer }), refusal: "audience", hints: [...hints, ...further] };
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
    const client = [caller.client, caller.actor].find((name) => knowledge.disabled?.has(name ?? ""));
    if (client !== undefined) return { ...known, refusal: "client-revoked", hints: [{ kind: "disabled", client }] };
    return {
      ...known,
      caller,
      ...scopesIn(claims, issuer, caller),
      routes: ownRoutes(caller, { issuer, claims, policy: knowledge.policy }),
    };
  } catch (error) {
    const refusal = reasonOf(error);
    const hints = refusal === "actor-unknown" ? [hintOnActor(claims, issuer)] : hintsOnCaller(claims, issuer);
    return { ...known, refusal, hints };
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
    const { access = "public", mcp } = policy.routes[key] ?? {};
    if (mcp !== undefined && ![mcp.audience].flat().some((each) => [claims.aud].flat().includes(each))) return [];
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

function hintsOnIssuer(
  iss: string,
  claims: Claims,
  trusted: ReadonlyMap<string, readonly TrustedIssuer[]>,
): readonly Hint[] {
  const plain = (url: string) => url.replace(/\/$/, "").toLowerCase();
  const all = [...trusted.values()].flat();
  const alike = all.filter(({ url }) => plain(url) === plain(iss));
  if (alike.length > 0) return alike.map(({ id }) => ({ kind: "issuer-spelling", issuer: id, url: iss }));
  const [, tenant] = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/.exec(iss) ?? [];
  const ofTenant = all.filter(({ url }) => url === `https://login.microsoftonline.com/${tenant}/v2.0`);
  if (ofTenant.length === 0) return [{ kind: "issuers", urls: [...trusted.keys()] }];
  const found = audiencesIn(claims);
  return found.some((each) => GRAPH.test(each))
    ? ofTenant.map((each) => hintOnAudience(claims, each))
    : ofTenant.map(({ id }) => ({ kind: "entra-version", issuer: id, found }));
}

/** Microsoft Graph. Only Graph may verify its tokens, so no change of config helps. */
const GRAPH = /^(00000003-0000-0000-c000-000000000000|https:\/\/graph\.microsoft\.com\/?)$/;

function hintOnAudience(claims: Claims, issuer: TrustedIssuer): Hint {
  const expected = issuer.kind === "cognito" ? [] : issuer.audiences;
  return { kind: "audience", issuer: issuer.id, found: audiencesIn(claims), expected };
}

function audiencesIn({ aud }: Claims): readonly string[] {
  return [aud ?? []].flat().map(String);
}

function hintOnActor(claims: Claims, { id: issuer }: TrustedIssuer): Hint {
  const [actor, from] = [claimAt(claims, "act.sub"), claimAt(claims, "act.iss")];
  return {
    kind: "actor",
    issuer,
    ...(typeof actor === "string" && { actor }),
    ...(typeof from === "string" && from !== claims.iss && { other: from }),
  };
}

/** Everything that keeps the token from a caller with scopes, so that one change of config is enough. */
function hintsOnCaller(claims: Claims, issuer: TrustedIssuer): readonly Hint[] {
  return issuer.kind === "token" ? [...hintsOnClient(claims, issuer), ...hintsOnScopes(claims, issuer)] : [];
}

function hintsOnClient(claims: Claims, issuer: TokenIssuer): readonly Hint[] {
  const client = claims[issuer.clientClaim];
  if (typeof client === "string") {
    return issuer.clients.has(client) ? [] : [{ kind: "client", issuer: issuer.id, client }];
  }
  const others = CLIENT_CLAIMS.filter((name) => typeof claims[name] === "string");
  return others.map((claim) => ({ kind: "claim", issuer: issuer.id, key: "clientClaim", claim }));
}

function hintsOnScopes(claims: Claims, trusted: TokenIssuer): readonly Hint[] {
  const { id: issuer, url, clients } = trusted;
  const from = carriedBy(claims, trusted);
  const values = valuesIn(claims, from);
  if (valuesIn(claims, { scopeClaim: [...SCOPE_CLAIMS, ...[from.scopeClaim].flat()] }).length === 0) {
    const isEntra = providerOf(url)?.id.startsWith("entra-") ?? false;
    return [{ kind: "no-scopes", issuer, claims: [from.scopeClaim].flat(), isEntra }];
  }
  const granted = new Set([...clients.values()].flatMap(({ scopes }) => scopes));
  if (values.some((value) => scopesOf(value, from).some((scope) => granted.has(scope)))) return [];
  const read = [from.scopeClaim].flat();
  const others = SCOPE_CLAIMS.filter(
    (claim) => !read.includes(claim) && valuesIn(claims, { scopeClaim: claim }).some(isForCalls),
  );
  const key = from.scopeValues === undefined ? "scopes" : "scopeValues";
  const forCalls = values.filter(isForCalls);
  return [
    ...others.map((claim): Hint => ({ kind: "claim", issuer, key: "scopeClaim", claim })),
    ...(forCalls.length === 0 ? [] : [{ kind: "scopes", issuer, key, values: forCalls } as const]),
  ];
}

/** Where the token's client carries scopes, as far as the client is known. */
function carriedBy(claims: Claims, issuer: TokenIssuer): ScopeClaims {
  return issuer.clients.get(String(claims[issuer.clientClaim]))?.carries ?? issuer;
}

function isForCalls(scope: string): boolean {
  return !SIGN_IN_SCOPES.includes(scope);
}

function valuesIn(claims: Claims, { scopeClaim }: ScopeClaims): readonly string[] {
  return [...carriedScopes(claims, { scopeClaim })].filter((each) => typeof each === "string");
}

/** The scopes that a value of the claim grants. */
function scopesOf(value: string, { scopeValues }: ScopeClaims): readonly string[] {
  return scopeValues === undefined ? [value] : (ownValue(scopeValues, value) ?? []);
}

function scopesIn(claims: Claims, issuer: TrustedIssuer, caller: Caller): Pick<Explanation, "hints" | "ignored"> {
  const unread = (read: readonly string[]) =>
    valuesIn(claims, { scopeClaim: SCOPE_CLAIMS.filter((claim) => !read.includes(claim)) })
      .filter(isForCalls)
      .map((value): Ignored => ({ value, why: "not-read" }));
  if (issuer.kind === "subjects") return { hints: [], ignored: unread([]) };
  const from: ScopeClaims = issuer.kind === "token" ? carriedBy(claims, issuer) : { scopeClaim: "scope" };
  // Without `act`, the scopes are those of the client alone.
  const { act: _, ...withoutActor } = claims;
  const own = caller.actor === undefined ? [] : callerOf({ issuer, claims: withoutActor as Claims }).scopes;
  const values = valuesIn(claims, from);
  const ignored = values
    .filter((value) => !scopesOf(value, from).some((scope) => caller.scopes.includes(scope)))
    .map((value) => {
      const isMapped = from.scopeValues === undefined || scopesOf(value, from).length > 0;
      const isOwn = scopesOf(value, from).some((scope) => own.includes(scope));
      return { value, why: isOwn ? "not-actors" : isMapped ? "not-granted" : "not-mapped" } as const;
    });
  const others = unread([from.scopeClaim].flat()).filter(({ value }) => !values.includes(value));
  return { ignored: [...ignored, ...others], hints: issuer.kind === "token" ? hintsOnScopes(claims, issuer) : [] };
}

/** Whether the policy has an issuer whose URL and clients are known only after a deploy. */
export function needsOutputs(iss: string | undefined, issuers: readonly PolicyIssuer[]): boolean {
  return issuers.some(({ kind }) => kind === "cognito") && /^https:\/\/cognito-idp\./.test(iss ?? "");
}
