import { type JsonObject, typed } from "./json";
import { type KnownCallers, knownCallers } from "./known-callers";
import { all, anyOf, claim, either, exactly, fieldOfClaim, headerField, matching, routeWants } from "./matchers";
import { accessOf } from "./routes";
import type { Sidecar, SidecarIssuer, SidecarRoute } from "./sidecar";

/**
 * The authorizer's own rule for `sub`: printable ASCII without spaces, 1-255 characters, since it becomes a header; without
 * a quote or a backslash, which would write fields of the gateway's access log.
 */
const HEADER_SAFE = "[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255}";

/** Three base64url parts without padding, none empty, after one spelling of the scheme. */
const BEARER = "Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+";

/** The first of the two rules: of each issuer only the callers that the policy knows, by a token of the right kind. */
export function callerRules({ issuers, routes }: Sidecar): JsonObject {
  const known = issuers.map((issuer) => [issuer.id, { permissions: ANY, principals: [knownCaller(issuer)] }] as const);
  return rbac("callers", { ...Object.fromEntries(known), ...open(routes) });
}

/** The second: one rule for each set of scopes that routes want, "any of" as everywhere. */
export function scopeRules({ issuers, routes }: Sidecar): JsonObject {
  const sets = new Map(
    routes.flatMap((route) => (route.access === "public" ? [] : [[accessOf(route), route.access.scopes]])),
  );
  const policies: Record<string, JsonObject> = open(routes);
  for (const [access, scopes] of sets) {
    const principals = issuers.flatMap((issuer) => holdersOf(scopes, knownCallers(issuer)));
    // If no caller can hold any of the scopes, there is no rule, and no call is allowed.
    if (principals.length > 0) policies[access] = { permissions: [routeWants(access)], principals };
  }
  return rbac("scopes", policies);
}

const ANY = [{ any: true }];

function open(routes: readonly SidecarRoute[]): Record<string, JsonObject> {
  // What is refused for its size needs an answer too, and has no route of the config.
  const refused = { permissions: [routeWants("public")], principals: ANY };
  return routes.length === 0 ? {} : { public: refused };
}

/** Whatever is in no rule is refused. */
function rbac(name: string, policies: Record<string, JsonObject>): JsonObject {
  const sorted = Object.fromEntries(Object.entries(policies).sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    name,
    typed_config: typed("filters.http.rbac.v3.RBAC", { rules: { policies: sorted }, rules_stat_prefix: `${name}_` }),
  };
}

function knownCaller(issuer: SidecarIssuer): JsonObject {
  const { url, clientClaim, clients } = knownCallers(issuer);
  const claims = clients.map((client) => client.claim);
  return all(
    claim("iss", exactly(url)),
    ...(claims.length > 0 ? [claim(clientClaim, anyOf(claims))] : [NO_CALLER]),
    // An ID token is for the client itself; it says who signed in, not what the client may do.
    ...(issuer.kind === "cognito" ? [claim("token_use", exactly("access"))] : []),
    ...(issuer.kind === "subjects" ? [unborrowed(claims)] : []),
    claim("sub", matching(HEADER_SAFE)),
    ...SOUND_TOKEN,
  );
}

/**
 * AWS writes into a token which role asked for it. A token from a role other than its `sub` belongs to no caller, as in the
 * authorizer. Envoy cannot compare two claims, so each subject is listed.
 */
function unborrowed(subjects: readonly string[]): JsonObject {
  const asker = (value: JsonObject) => fieldOfClaim("https://sts.amazonaws.com/", "principal_id", value);
  const own = subjects.map((subject) => all(claim("sub", exactly(subject)), asker(exactly(subject))));
  return either({ not_id: asker({ present_match: true }) }, ...own);
}

const NO_CALLER = { not_id: { any: true } };

/**
 * What the JWT filter lets pass and the authorizer does not: other algorithms of the same key, a token that names no key,
 * extensions that are not understood here (RFC 7515, 4.1.11), other spellings of the same token.
 */
const SOUND_TOKEN: readonly JsonObject[] = [
  headerField("alg", anyOf(["ES256", "RS256"])),
  headerField("kid", matching(".{1,256}")),
  { not_id: headerField("crit", { present_match: true }) },
  { header: { name: "authorization", string_match: { safe_regex: { regex: BEARER } } } },
];

/** Those callers of one issuer for whom one of the scopes counts; clients for whom the same ones count share a rule. */
function holdersOf(scopes: readonly string[], { url, clientClaim, scopeClaim, clients }: KnownCallers): JsonObject[] {
  const groups = new Map<string, { claims: string[]; counted: readonly string[] }>();
  for (const client of clients) {
    const counted = client.scopes.filter((scope) => scopes.includes(scope));
    if (counted.length === 0) continue;
    const group = groups.get(counted.join(" ")) ?? { claims: [], counted };
    group.claims.push(client.claim);
    groups.set(counted.join(" "), group);
  }
  return [...groups.values()].map(({ claims, counted }) =>
    all(
      claim("iss", exactly(url)),
      // The first rule has checked that it is one of them.
      ...(claims.length < clients.length ? [claim(clientClaim, anyOf(claims))] : []),
      ...(scopeClaim === undefined ? [] : [claim(scopeClaim, { list_match: { one_of: anyOf(counted) } })]),
    ),
  );
}
