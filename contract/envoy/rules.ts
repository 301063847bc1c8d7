import { callersThatMeet, type ScopedAccess } from "../route-access";
import { type ScopeNeed, scopesOfNeed } from "../scope-need";
import { type JsonObject, typed } from "./json";
import {
  actor,
  all,
  anyOf,
  claim,
  either,
  exactly,
  fieldOfClaim,
  headerField,
  matching,
  NONE,
  OWN_PATH,
  routeRequires,
  textOrInList,
} from "./matchers";
import { accessOf, type Sidecar, type SidecarClient, type SidecarIssuer, type SidecarRoute } from "./policy";

/**
 * The authorizer's own rule for `sub`: printable ASCII without spaces, 1-255 characters, because it becomes a header.
 * Quotes and backslashes are excluded, because they could forge fields of the gateway's access log.
 */
const HEADER_SAFE = "[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255}";

/** Exactly `Bearer `, then three non-empty base64url parts without padding. */
const BEARER = "Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+";

/** The first of two rules: allows only the callers in the policy, by issuer, with the right kind of token. */
export function callerRules({ issuers, routes }: Sidecar): JsonObject {
  const known = issuers.map((issuer) => [issuer.id, { permissions: ANY, principals: [knownCaller(issuer)] }] as const);
  return rbac("callers", { ...Object.fromEntries(known), ...open(routes) });
}

/** The second rule: one policy for each access that routes require. To meet one of its needs is enough. */
export function scopeRules({ issuers, routes }: Sidecar): JsonObject {
  const policies: Record<string, JsonObject> = open(routes);
  for (const route of new Map(routes.map((each) => [accessOf(each), each])).values()) {
    const { access, audiences } = route;
    if (access === "public") continue;
    const text = accessOf(route);
    const principals = issuers.flatMap((issuer) => holdersOf(access, audiences, issuer));
    // If no caller can meet any of the needs, there is no policy, and no call is allowed.
    if (principals.length > 0) policies[text] = { permissions: [routeRequires(text)], principals };
  }
  return rbac("scopes", policies);
}

const ANY = [{ any: true }];

function open(routes: readonly SidecarRoute[]): Record<string, JsonObject> {
  // Requests refused for their size have no route in the config, but must pass this rule to get their response.
  const refused = { permissions: [routeRequires("public")], principals: ANY };
  return routes.length === 0 ? {} : { public: refused };
}

/** Refuses every request that matches no policy. */
function rbac(name: string, policies: Record<string, JsonObject>): JsonObject {
  const sorted = Object.fromEntries(Object.entries(policies).sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    name,
    typed_config: typed("filters.http.rbac.v3.RBAC", { rules: { policies: sorted }, rules_stat_prefix: `${name}_` }),
  };
}

function knownCaller({ kind, url, clientClaim, clients }: SidecarIssuer): JsonObject {
  const claims = clients.map((client) => client.claim);
  return all(
    claim("iss", exactly(url)),
    ...(claims.length > 0 ? [claim(clientClaim, anyOf(claims))] : [NO_CALLER]),
    // Refuses ID tokens: they are for the client itself and prove who signed in, not what the client may do.
    ...(kind === "cognito" ? [claim("token_use", exactly("access"))] : []),
    ...(kind === "subjects" ? [requestedBySubject(claims)] : []),
    claim("sub", matching(HEADER_SAFE)),
    // The script reads such a claim as none.
    { not_id: claim("act", { null_match: {} }) },
    ...SOUND_TOKEN,
  );
}

/**
 * AWS writes the requesting role into a token. A token whose role differs from its `sub` is refused, as in the
 * authorizer. Envoy cannot compare two claims, so each subject is listed.
 */
function requestedBySubject(subjects: readonly string[]): JsonObject {
  const asker = (value: JsonObject) => fieldOfClaim("https://sts.amazonaws.com/", "principal_id", value);
  const own = subjects.map((subject) => all(claim("sub", exactly(subject)), asker(exactly(subject))));
  return either({ not_id: asker(PRESENT) }, ...own);
}

const PRESENT: JsonObject = { present_match: true };

const NO_CALLER = { not_id: { any: true } };

/**
 * Refuses tokens that the JWT filter accepts but the authorizer does not. These are other algorithms of the same key, a
 * token without a key id, extensions that are not understood here (RFC 7515, 4.1.11), and other spellings of the same
 * token.
 */
const SOUND_TOKEN: readonly JsonObject[] = [
  headerField("alg", anyOf(["ES256", "RS256"])),
  headerField("kid", matching(".{1,256}")),
  { not_id: headerField("crit", PRESENT) },
  { header: { name: "authorization", string_match: { safe_regex: { regex: BEARER } } } },
];

/**
 * Callers of one issuer that can meet one of the needs. A party that acts for another must be able to meet the same need.
 * Needs that the same callers can meet share rules.
 */
function holdersOf(
  access: ScopedAccess,
  audiences: readonly string[] | undefined,
  { url, clientClaim, scopeClaim, pathClaims, clients }: SidecarIssuer,
): JsonObject[] {
  const groups = new Map<string, { holders: readonly SidecarClient[]; needs: ScopeNeed[] }>();
  for (const need of access.scopes) {
    const found = callersThatMeet(
      { ...access, scopes: [need] },
      clients.map((client) => ({ ...client, client, pathClaims })),
    );
    const holders = found.map(({ caller }) => caller.client);
    const key = holders.map(({ name }) => name).join(" ");
    if (holders.length > 0) groups.set(key, { holders, needs: [...(groups.get(key)?.needs ?? []), need] });
  }
  return [...groups.values()].flatMap(({ holders, needs }) =>
    (scopeClaim === undefined ? [[]] : carrying(scopeClaim, needs)).map((carried) =>
      all(
        claim("iss", exactly(url)),
        ...(holders.length < clients.length
          ? [
              claim(clientClaim, anyOf(holders.map((each) => each.claim))),
              actor(anyOf([NONE, ...holders.map((each) => each.name)])),
            ]
          : // If all clients match, no claim is needed: the first rule has already checked the client.
            [actor(PRESENT)]),
        ...carried,
        ...(access.where ? [OWN_PATH] : []),
        ...(audiences === undefined ? [] : [claim("aud", textOrInList(audiences))]),
      ),
    ),
  );
}

/** The alternatives for a token's scopes: one for all single scopes, and one for each `allOf`. */
function carrying(scopeClaim: string, needs: readonly ScopeNeed[]): readonly (readonly JsonObject[])[] {
  const has = (scopes: readonly string[]) => claim(scopeClaim, { list_match: { one_of: anyOf(scopes) } });
  const singles = needs.filter((need) => typeof need === "string");
  const several = needs.filter((need) => typeof need !== "string");
  return [
    ...(singles.length > 0 ? [[has([...singles].sort())]] : []),
    ...several.map((need) => scopesOfNeed(need).map((scope) => has([scope]))),
  ];
}
