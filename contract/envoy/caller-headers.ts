import { CALLER_PREFIX, REROUTING_HEADERS, SERVICE_TOKEN_HEADER } from "../caller-headers";
import { type JsonObject, typed } from "./json";
import { JWT_FILTER } from "./matchers";
import type { SidecarIssuer } from "./policy";

/**
 * Metadata namespace from which log lines take the caller. Headers are not reliable: if a request is refused early,
 * they are still the caller's own.
 */
export const CALLER_NAMESPACE = "caller";

/** Prefixes of the headers that only Envoy may write. A caller's own values never reach the app. */
const WRITTEN_HERE = [CALLER_PREFIX.toLowerCase(), "x-gateway-", "x-envoy-"];

/**
 * Headers that reroute requests in web frameworks, and Cloud Run's token header. Names with underscores are refused
 * earlier.
 */
const REMOVED = [...REROUTING_HEADERS, SERVICE_TOKEN_HEADER].map((name) => name.toLowerCase());

export function strippedHeaders(): JsonObject {
  const matcher = (pattern: JsonObject) => ({ remove_on_match: { key_matcher: pattern } });
  const mutations = [
    ...WRITTEN_HERE.map((prefix) => matcher({ prefix, ignore_case: true })),
    ...REMOVED.map((name) => ({ remove: name })),
  ];
  return {
    name: "strip",
    typed_config: typed("filters.http.header_mutation.v3.HeaderMutation", {
      mutations: { request_mutations: mutations },
    }),
  };
}

const CALLER_FILTER = "envoy.filters.http.lua";

/**
 * Script that sets the caller headers as in the federated handshake: ids from the config, and the effective scopes. It
 * makes no decision and uses only the data of `callersOf`. Without a route there is no data, and the next rule refuses
 * the request. If the script failed, a request would lack these headers.
 */
export function callerHeaders(): JsonObject {
  const inline = SCRIPT.trim().replaceAll(/\n\s*/g, "\n");
  return {
    name: CALLER_FILTER,
    typed_config: typed("filters.http.lua.v3.Lua", { default_source_code: { inline_string: inline } }),
  };
}

const SCRIPT = `
function envoy_on_request(request)
  local metadata = request:streamInfo():dynamicMetadata()
  local verified = metadata:get("${JWT_FILTER}")
  local caller = {subject = "anonymous", client = "-", scopes = "-", issuer = "-"}
  if verified then
    local claims = verified.claims
    local issuer = request:filterContext():get(claims.iss)
    if not issuer then return end
    local client = issuer.clients[claims[issuer.client]]
    local carried, counted = {}, {}
    if type(claims[issuer.scope]) == "table" then
      for _, scope in pairs(claims[issuer.scope]) do carried[scope] = true end
    end
    for _, scope in ipairs(client.scopes) do
      if issuer.scope == "" or carried[scope] then table.insert(counted, scope) end
    end
    caller = {subject = claims.sub, client = client.name, issuer = issuer.id}
    caller.scopes = #counted > 0 and table.concat(counted, " ") or "-"
    metadata:set("${CALLER_NAMESPACE}", "client", caller.client)
    metadata:set("${CALLER_NAMESPACE}", "issuer", caller.issuer)
  end
  for name, value in pairs(caller) do request:headers():replace("${CALLER_PREFIX.toLowerCase()}" .. name, value) end
end
`;

/** The script's data by `iss`, as part of the route configuration. */
export function callersOf(issuers: readonly SidecarIssuer[]): JsonObject {
  const context = issuers.map(({ url, id, clientClaim, scopeClaim = "", clients }) => {
    const byClaim = clients.map(({ claim, name, scopes }) => [claim, { name, scopes }] as const);
    return [url, { id, client: clientClaim, scope: scopeClaim, clients: Object.fromEntries(byClaim) }] as const;
  });
  return { [CALLER_FILTER]: typed("filters.http.lua.v3.LuaPerRoute", { filter_context: Object.fromEntries(context) }) };
}
