import { needsOfAccess } from "../../../contract/envoy/policy";
import { needsInWords, type ScopeNeed } from "../../../contract/scope-need";
import type { Hop } from "../trace/hop";
import type { SeenRequest } from "../trace/request-log";
import { callerText, type PresentedCaller } from "./presented-caller";

/** The parts of stack and config that explain a request. */
export interface Explaining {
  /** The rule for a route, by its key: an entry of the authorizer's policy, or Envoy's requirement. */
  readonly ruleOf: (route: string) => unknown;
  /** The caller that an unverified token names. */
  readonly callerOf: (claims: Readonly<Record<string, unknown>>) => PresentedCaller | undefined;
  /** `config/base.yaml:49`: where a route is declared, by its key. Default: no config is known. */
  readonly placeOf?: (route: string) => string | undefined;
  /** `config/base.yaml:41`: where a declaration of the stack comes from, by its address. Default: it is not known. */
  readonly declaredAt?: (declaration: string) => string | undefined;
}

/** Why a request got its answer, in the parts of one sentence. */
export interface Explanation {
  /** `needs orders/write` */
  readonly because: string;
  /** `caller customers/support-desk has orders/support` */
  readonly caller?: string;
  /** Where that is declared: a line of the config, or an address of the stack. */
  readonly place?: string;
}

/** The facts about a route that do not need its stack: what a caller needs, and where that is declared. */
export interface RouteInWords {
  /** `orders/read or orders/write`; undefined if the route is public, or unknown. */
  readonly needs?: string;
  readonly isPublic?: boolean;
  readonly place?: string;
}

/** The routes of a door, for a reader of its logs. */
export function routesInWords(keys: readonly string[], explaining: Explaining): Readonly<Record<string, RouteInWords>> {
  const routes = keys.map((key) => {
    const [needs, place] = [needed(key, explaining), explaining.placeOf?.(key)];
    const open = isPublic(explaining.ruleOf(key) as Rule | undefined);
    return [key, { ...(needs && { needs }), ...(open && { isPublic: true }), ...(place && { place }) }] as const;
  });
  return Object.fromEntries(routes);
}

/**
 * Returns why a request was refused, by the code of the rule that refused it. The page and `front-door trace` use the
 * same words. Undefined for a code without words.
 *
 * @param needs what the route requires, in words
 */
export function becauseOf(code: string, needs: string | undefined): string | undefined {
  if (code === "identity-source") return needs === undefined ? "no token" : `no token; needs ${needs}`;
  if (code === "scope" && needs !== undefined) return `needs ${needs}`;
  return REASONS[code] ?? OWN_REASONS[code];
}

/** How many scopes a headline shows, so that it is readable at a glance. The claims below it have the rest. */
const MOST_SCOPES = 5;

/** `403: needs orders/write; caller customers/support-desk has orders/support; config/base.yaml:49` */
export function headlineOf(status: number, { because, caller, place }: Explanation): string {
  return `${status}: ${[because, caller, place].filter(Boolean).join("; ")}`;
}

/** @param request that has been answered */
export function explanationOf(request: SeenRequest, explaining: Explaining): Explanation {
  const refusal = refusalOf(request);
  const route = request.answer?.route;
  const place = route === undefined ? undefined : explaining.placeOf?.(route);
  if (refusal === undefined) return unrefused(request, explaining, place);
  const decided = refusal.declaration && (explaining.declaredAt?.(refusal.declaration) ?? refusal.declaration);
  const needs = needed(route, explaining);
  const caller = named(request, explaining);
  const { code } = refusal;
  const words = code === undefined ? undefined : becauseOf(code, needs);
  if (code === "identity-source" && request.presented === undefined && words !== undefined) {
    return { because: words, place: place ?? decided };
  }
  if (code === "scope" && needs !== undefined && words !== undefined) {
    return { because: words, caller, place: place ?? decided };
  }
  const because =
    (code === "identity-source" ? undefined : (words ?? reasonOfAuthorizer(request))) ??
    `${HOP_TITLES[refusal.at].title}: ${refusal.reason}`;
  const declaration = refusal.declaration && because.includes(refusal.declaration) ? undefined : decided;
  return { because, place: code ? (place ?? declaration) : declaration };
}

/** If a cloud refused the function, returns the authorizer's own reason, the only one in the logs. */
function reasonOfAuthorizer({ hops }: SeenRequest): string | undefined {
  const code = hops.findLast(({ at, allowed }) => at === "authorizer" && !allowed)?.code;
  return code === undefined ? undefined : REASONS[code];
}

/** The first refusal is the cause; later ones follow from it. A successful request has none. */
export function refusalOf({ hops, answer }: Pick<SeenRequest, "hops" | "answer">): Hop | undefined {
  if (answer === undefined || answer.status < 400) return undefined;
  return hops.find(({ allowed }) => !allowed);
}

function unrefused(
  { answer, client, door, hops, presented }: SeenRequest,
  { ruleOf, callerOf }: Explaining,
  place?: string,
): Explanation {
  const { route, status = 0 } = answer ?? {};
  if (status >= 400) return { because: "the service's own answer", place };
  if (door === "cognito") return { because: hops.findLast(({ remark }) => !remark)?.reason ?? "accepted" };
  const rule = (route === undefined ? undefined : ruleOf(route)) as Rule | undefined;
  if (isPublic(rule)) return { because: "allowed; the route is public", place };
  const name = client ?? answer?.client;
  const actor = presented && callerOf(presented)?.actor;
  const named = name !== undefined && name !== "-" && { caller: `caller ${callerText(name, actor)}` };
  return { because: "allowed", ...named, place };
}

/**
 * Returns the scopes that a caller of the route needs, such as `orders/read or orders/write`, or
 * `tools/use for the MCP server tools`.
 */
function needed(route: string | undefined, { ruleOf }: Explaining): string | undefined {
  const rule = (route === undefined ? undefined : ruleOf(route)) as Rule | undefined;
  const requires = rule?.requires === undefined ? undefined : needsOfAccess(rule.requires);
  const needs = typeof rule?.access === "object" ? rule.access.scopes : requires;
  if (needs === undefined || needs.length === 0) return undefined;
  return rule?.mcp === undefined ? needsInWords(needs) : `${needsInWords(needs)} for the MCP server ${rule.service}`;
}

function isPublic(rule: Rule | undefined): boolean {
  return rule?.access === "public" || rule?.requires === "public";
}

/** An entry of the authorizer's policy, or Envoy's configuration for the route. */
interface Rule {
  readonly access?: "public" | { readonly scopes: readonly ScopeNeed[] };
  readonly requires?: string;
  readonly service?: string;
  readonly mcp?: object;
}

function named({ presented }: SeenRequest, { callerOf }: Explaining): string | undefined {
  const caller = presented && callerOf(presented);
  if (caller === undefined) return undefined;
  const [shown, left] = [caller.scopes.slice(0, MOST_SCOPES), caller.scopes.length - MOST_SCOPES];
  const scopes = [...shown, ...(left > 0 ? [`${left} more`] : [])];
  return `caller ${callerText(caller.name, caller.actor)} has ${scopes.length === 0 ? "no scopes" : scopes.join(", ")}`;
}

/**
 * Meanings of the authorizer's reasons, by the code in its log. `scope` and `identity-source` also depend on the route,
 * so `headline.ts` describes them.
 */
export const REASONS: Readonly<Record<string, string>> = {
  "route-kind": "the gateway called this function for a route of another kind",
  "identity-sources": "the gateway's identity sources differ from those that the policy expects",
  network: "calls are not accepted from this network",
  origin: "the page's origin is not declared",
  "route-unknown": "the policy has no such route",
  "path-character": "the path has a character that the authorizer refuses",
  "path-mismatch": "the path does not match the route",
  "path-ambiguous": "services could read the path in more than one way",
  "path-claim": "the path belongs to another caller: a part of it is not the text of the token's claim",
  "authorization-count": "there must be exactly one Authorization header",
  "authorization-shape": "the Authorization header is not a bearer token",
  "token-size": "the token is too long",
  "token-shape": "the token is not a JWT",
  "token-algorithm": "the token's algorithm is not accepted",
  "token-claims": "a claim of the token is missing or of the wrong type",
  "issuer-unknown": "the token's issuer is not declared",
  "key-unknown": "the issuer publishes no key with the token's key id",
  "keys-unavailable": "the issuer's keys could not be fetched",
  "caller-identity": "AWS STS did not identify the signer of the token",
  signature: "the token's signature is not valid",
  "credentials-expired": "the AWS credentials that signed the token have expired",
  "credentials-unknown": "AWS STS does not know the credentials that signed the token, in this region",
  expired: "the token has expired",
  "not-yet-valid": "the token is not valid yet",
  audience: "the token is for another audience",
  "token-use": "the token is not an access token",
  "client-unknown": "the token's client is not declared",
  "subject-shape": "the token's subject has characters that are not accepted",
  "subject-unknown": "the token's subject is not declared",
  "caller-ambiguous": "the token matches more than one declared caller",
  "subject-replaced": "another AWS role or user has the declared ARN: its unique id differs",
  "subject-borrowed": "the AWS token carries another name than the role that requested it",
  "actor-unknown": "the party that uses the token on its subject's behalf is not declared",
  "client-revoked": "the client is revoked",
  "aws-credentials": "the function has no AWS credentials",
  "federation-provider": "the name of the workload identity provider is missing",
  "assume-role": "AWS STS refused the service's role",
  "token-exchange": "Google's token exchange refused the role",
  "id-token": "Google did not issue an ID token for the service",
  internal: "the authorizer failed",
};

/** The same for requests that the gateway itself refuses. */
const OWN_REASONS: Readonly<Record<string, string>> = {
  "no-route": "no route has this method and path",
  throttle: "too many requests",
  "body-size": "the body is too large",
  "head-size": "the headers are too large",
};

/** The name of each stand-in, and what it checks before it allows a request. */
export const HOP_TITLES: Readonly<Record<Hop["at"], { readonly title: string; readonly checks: string }>> = {
  cognito: { title: "the Cognito user pool", checks: "client, secret, flow, callback, scopes, PKCE" },
  gateway: {
    title: "API Gateway",
    checks: "route, identity sources, its permission to call the authorizer, throttle, quota, size and time limits",
  },
  authorizer: {
    title: "the authorizer",
    checks: "token signature, issuer, audience or client, lifetime, scopes, path",
  },
  "jwt-authorizer": {
    title: "API Gateway's JWT authorizer",
    checks: "token signature, issuer, audience or client, lifetime, one of the route's scopes",
  },
  "aws-sts": { title: "AWS STS", checks: "signature of the request, trust policy of the role, policy of the caller" },
  "google-sts": {
    title: "Google's workload identity federation",
    checks: "target provider, AWS account, attribute mapping, attribute condition",
  },
  "iam-credentials": {
    title: "Google's IAM credentials",
    checks: "access token, who may become the service account",
  },
  envoy: {
    title: "Envoy, in the service's own instance",
    checks: "the same token again: signature, issuer, audience or client, lifetime; route, scopes, headers",
  },
  "cloud-run": { title: "Cloud Run", checks: "ID token: signature, audience, lifetime; who may invoke the service" },
};
