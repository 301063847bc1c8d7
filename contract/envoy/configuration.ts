import {
  CALLER_PREFIX,
  REQUEST_ID_HEADER,
  REROUTING_HEADERS,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
} from "../caller-headers";
import { AWS_TRACE_HEADER, CLOUD_TRACE_FIELD, CLOUD_TRACE_HEADER, LOG_IDS, TRACEPARENT_HEADER } from "../trace-context";
import { type JsonObject, typed } from "./json";
import { endpoint, keyClusters, remoteKeys } from "./key-sources";
import { CALLER_NAMESPACE, JWT_FILTER, NONE, OWN_PATH_FILTER } from "./matchers";
import { inOrder, type Sidecar, type SidecarIssuer } from "./policy";
import { envoyRoutes } from "./routes";
import { callerRules, scopeRules } from "./rules";

/** Path of the start-up probe, on a separate port that callers cannot reach through Cloud Run. */
export const PROBE_PATH = "/ready";

/**
 * Maximum size of request line and headers, in KiB. API Gateway accepts 10 KiB, and Google's front end adds its own
 * headers.
 */
const HEADER_KIB = 16;

/** Timeout for a request's headers, and for the rest of an idle stream, in seconds. */
const HEADERS_SECONDS = 10;

/** In seconds. Shorter than Node's idle timeout of five seconds, because Envoy must close the connection first. */
const APP_IDLE_SECONDS = 4;

/** Maximum number of open connections. Cloud Run sends an instance at most 1,000 concurrent requests. */
const CONNECTIONS = 2_000;

/**
 * Maximum size of a regular expression, in RE2 instructions. RE2 matches in linear time whatever the size. Envoy's
 * default of 100 is meant for untrusted expressions; these are generated here from the config's own paths.
 */
const PROGRAM_SIZE = 50_000;

/**
 * Envoy's whole configuration: who may reach the app in the same instance, according to the authorizer's policy. There
 * is no admin port. The output does not depend on the order of the input.
 */
export function envoyConfiguration(props: Sidecar): JsonObject {
  checkSidecar(props);
  const sidecar = inOrder(props);
  return {
    layered_runtime: { layers: [{ name: "own", static_layer: { "re2.max_program_size.error_level": PROGRAM_SIZE } }] },
    overload_manager: {
      resource_monitors: [
        {
          name: "envoy.resource_monitors.global_downstream_max_connections",
          typed_config: typed("resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig", {
            max_active_downstream_connections: CONNECTIONS,
          }),
        },
      ],
    },
    static_resources: {
      listeners: [ingress(sidecar), probe(sidecar.ports.probe)],
      clusters: [app(sidecar.ports.app), ...keyClusters(sidecar.issuers)],
    },
  };
}

function checkSidecar({ ports, issuers, routes }: Sidecar): void {
  const faults: string[] = [];
  const repeated = (values: readonly (string | number)[]) => values.find((value, at) => values.indexOf(value) < at);
  const port = repeated(Object.values(ports));
  if (port !== undefined) faults.push(`port ${port} twice; expected ingress, probe and app to differ`);
  const url = repeated(issuers.map((issuer) => issuer.url));
  if (url !== undefined) faults.push(`issuer ${url} twice; a token would not determine which of the two applies`);
  const key = repeated(routes.map((route) => route.key));
  if (key !== undefined) faults.push(`route ${key} twice; expected each once`);
  if (issuers.length === 0) faults.push("no issuer; expected at least one, or no caller could ever call");
  for (const { id, clients } of issuers) {
    const name = repeated([NONE, ...clients.map((client) => client.name)]);
    if (name !== undefined) faults.push(`client ${name} of issuer ${id} twice; rules refer to clients by name`);
  }
  for (const issuer of issuers) {
    if (issuer.kind === "cognito" || (issuer.audiences ?? []).length > 0) continue;
    faults.push(`issuer ${issuer.id} without audiences; Envoy would accept its tokens for any audience`);
  }
  if (faults.length > 0) throw new Error(`Envoy's configuration: ${faults.join("\n")}`);
}

function ingress(sidecar: Sidecar): JsonObject {
  const filters = [
    strippedHeaders(),
    jwtFilter(sidecar),
    callerRules(sidecar),
    callerHeaders(),
    ...ownPath(sidecar),
    scopeRules(sidecar),
    {
      name: "envoy.filters.http.router",
      typed_config: typed("filters.http.router.v3.Router", { suppress_envoy_headers: true }),
    },
  ];
  const virtualHost = {
    name: "service",
    domains: ["*"],
    request_headers_to_add: [
      { header: { key: ROUTE_HEADER, value: "%ROUTE_NAME%" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
    ],
    typed_per_filter_config: callersOf(sidecar.issuers),
    routes: envoyRoutes(sidecar),
  };
  return listener("ingress", sidecar.ports.ingress, {
    access_log: [accessLog(sidecar.project)],
    // Paths are matched and forwarded unchanged. A path that another server could read differently matches no route.
    normalize_path: false,
    merge_slashes: false,
    path_with_escaped_slashes_action: "REJECT_REQUEST",
    // Many apps read X_Caller_Subject as X-Caller-Subject.
    common_http_protocol_options: { headers_with_underscores_action: "REJECT_REQUEST", max_headers_count: 100 },
    max_request_headers_kb: HEADER_KIB,
    request_headers_timeout: `${HEADERS_SECONDS}s`,
    request_timeout: `${sidecar.timeoutSeconds}s`,
    stream_idle_timeout: `${sidecar.timeoutSeconds + HEADERS_SECONDS}s`,
    // Keeps the gateway's request id, and Google's forwarded addresses and scheme: the front ends set these.
    preserve_external_request_id: true,
    use_remote_address: false,
    skip_xff_append: true,
    server_header_transformation: "PASS_THROUGH",
    local_reply_config: { body_format: { json_format: { status: "%RESPONSE_CODE%" } } },
    http_filters: filters,
    route_config: { virtual_hosts: [virtualHost] },
  });
}

function probe(port: number): JsonObject {
  const route = { match: { path: PROBE_PATH }, direct_response: { status: 200 } };
  return listener("probe", port, {
    http_filters: [{ name: "envoy.filters.http.router", typed_config: typed("filters.http.router.v3.Router") }],
    route_config: { virtual_hosts: [{ name: "probe", domains: ["*"], routes: [route] }] },
  });
}

function listener(name: string, port: number, manager: JsonObject): JsonObject {
  const type = "filters.network.http_connection_manager.v3.HttpConnectionManager";
  const fields = { stat_prefix: name, codec_type: "HTTP1", ...manager };
  return {
    name,
    address: { socket_address: { address: "0.0.0.0", port_value: port } },
    filter_chains: [
      { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: typed(type, fields) }] },
    ],
  };
}

function app(port: number): JsonObject {
  const options = "upstreams.http.v3.HttpProtocolOptions";
  return {
    name: "app",
    connect_timeout: "1s",
    load_assignment: endpoint("app", "127.0.0.1", port),
    typed_extension_protocol_options: {
      [`envoy.extensions.${options}`]: typed(options, {
        common_http_protocol_options: { idle_timeout: `${APP_IDLE_SECONDS}s` },
        explicit_http_config: { http_protocol_options: {} },
      }),
    },
  };
}

/** Maximum length of a path in a log line, in characters. The caller controls the path. */
const PATH_CHARACTERS = 512;

/**
 * One line of JSON per request on standard output. It contains no query, no claim, and no header that could hold a
 * token. Names come from the config; only the path and the ids are the caller's, each cut to a maximum length. The ids
 * link the line to Cloud Run's own, to the gateway's, and to the caller's trace.
 */
function accessLog(project: string): JsonObject {
  return {
    name: "stdout",
    typed_config: typed("access_loggers.stream.v3.StdoutAccessLog", {
      log_format: {
        json_format: {
          [CLOUD_TRACE_FIELD]: `projects/${project}/traces/${header(CLOUD_TRACE_HEADER, 32)}`,
          [LOG_IDS.request]: header(REQUEST_ID_HEADER, 64),
          [TRACEPARENT_HEADER]: header(TRACEPARENT_HEADER, 55),
          // `Root=1-67891233-abcdef012345678912345678`
          [LOG_IDS.xray]: header(AWS_TRACE_HEADER, 40),
          method: "%REQ(:METHOD):16%",
          path: `%PATH(NQ:PATH):${PATH_CHARACTERS}%`,
          route: "%ROUTE_NAME%",
          status: "%RESPONSE_CODE%",
          why: "%RESPONSE_CODE_DETAILS%",
          flags: "%RESPONSE_FLAGS%",
          milliseconds: "%DURATION%",
          client: `%DYNAMIC_METADATA(${CALLER_NAMESPACE}:client)%`,
          actor: `%DYNAMIC_METADATA(${CALLER_NAMESPACE}:actor)%`,
          issuer: `%DYNAMIC_METADATA(${CALLER_NAMESPACE}:issuer)%`,
        },
      },
    }),
  };
}

/** Envoy's command for the value of a request header, cut to a number of characters. */
function header(name: string, characters: number): string {
  return `%REQ(${name.toUpperCase()}):${characters}%`;
}

/**
 * Verifies the token of every route that is not public: selects the issuer by `iss`, and checks its keys and audiences.
 */
function jwtFilter(sidecar: Sidecar): JsonObject {
  const { issuers } = sidecar;
  const names = issuers.map(({ id }) => ({ provider_name: id }));
  const [only = {}] = names;
  return {
    name: JWT_FILTER,
    typed_config: typed("filters.http.jwt_authn.v3.JwtAuthentication", {
      // The response would otherwise quote the whole URL.
      strip_failure_response: true,
      providers: Object.fromEntries(issuers.map((issuer) => [issuer.id, provider(issuer, sidecar)])),
      rules: [
        { match: { prefix: "/" }, requires: names.length === 1 ? only : { requires_any: { requirements: names } } },
      ],
    }),
  };
}

function provider(issuer: SidecarIssuer, { clockSkewSeconds, keysSeconds }: Sidecar): JsonObject {
  const { audiences, scopeClaim } = issuer;
  return {
    issuer: issuer.url,
    ...(audiences && { audiences }),
    remote_jwks: remoteKeys(issuer, keysSeconds),
    // Tokens are read only from this header, not from query parameters or cookies.
    from_headers: [{ name: "Authorization", value_prefix: "Bearer " }],
    forward: true,
    require_expiration: true,
    clock_skew_seconds: clockSkewSeconds,
    payload_in_metadata: "claims",
    header_in_metadata: "header",
    // No `jwt_cache_config`: a withdrawn key stops working as soon as the keys are fetched again.
    ...(scopeClaim !== undefined && { normalize_payload_in_metadata: { space_delimited_claims: [scopeClaim] } }),
  };
}

/** Prefixes of the headers that only Envoy may write. A caller's own values never reach the app. */
const WRITTEN_HERE = [CALLER_PREFIX.toLowerCase(), "x-gateway-", "x-envoy-"];

/**
 * Headers that reroute requests in web frameworks, and Cloud Run's token header. Names with underscores are refused
 * earlier.
 */
const REMOVED = [...REROUTING_HEADERS, SERVICE_TOKEN_HEADER].map((name) => name.toLowerCase());

function strippedHeaders(): JsonObject {
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
 * Script that sets the caller headers as in the federated handshake: ids from the config, and the effective scopes. Log
 * lines take the names from its metadata, because after an early refusal the headers are still the caller's own. It also
 * names who uses the token on its subject's behalf (`act`, RFC 8693, 4.1), if that is a caller of the same issuer, and the
 * next rule decides. It uses only the data of `callersOf`. If it names no one, because there is no route, such a party is
 * not declared, or the script failed, the next rule refuses the request.
 */
function callerHeaders(): JsonObject {
  return scripted(CALLER_FILTER, CALLER_SCRIPT);
}

/**
 * Script that states whether each segment that the route compares is the text of the caller's claim, because no rule of
 * Envoy can compare two values. The next rule decides. If the script failed, no path would be the caller's own.
 */
function ownPath({ routes }: Sidecar): readonly JsonObject[] {
  const isCompared = routes.some(({ access }) => access !== "public" && access.where !== undefined);
  return isCompared ? [scripted(OWN_PATH_FILTER, OWN_PATH_SCRIPT)] : [];
}

function scripted(name: string, script: string): JsonObject {
  const inline = script.trim().replaceAll(/\n\s*/g, "\n");
  return { name, typed_config: typed("filters.http.lua.v3.Lua", { default_source_code: { inline_string: inline } }) };
}

const CALLER_SCRIPT = `
function envoy_on_request(request)
  local metadata = request:streamInfo():dynamicMetadata()
  local verified = metadata:get("${JWT_FILTER}")
  local caller = {subject = "anonymous", client = "${NONE}", actor = "${NONE}", scopes = "${NONE}", issuer = "${NONE}"}
  if verified then
    local claims = verified.claims
    local issuer = request:filterContext():get(claims.iss)
    if not issuer then return end
    local client = issuer.clients[claims[issuer.client]]
    caller = {subject = claims.sub, client = client.name, actor = "${NONE}", issuer = issuer.id}
    metadata:set("${CALLER_NAMESPACE}", "client", caller.client)
    metadata:set("${CALLER_NAMESPACE}", "issuer", caller.issuer)
    local act, actor = claims.act, client
    if act ~= nil then
      if type(act) ~= "table" or (act.iss ~= nil and act.iss ~= claims.iss) then return end
      actor = issuer.clients[act.sub]
      if not actor then return end
      caller.actor = actor.name
    end
    metadata:set("${CALLER_NAMESPACE}", "actor", caller.actor)
    local carried, acting, counted = {}, {}, {}
    if type(claims[issuer.scope]) == "table" then
      for _, scope in pairs(claims[issuer.scope]) do carried[scope] = true end
    end
    for _, scope in ipairs(actor.scopes) do acting[scope] = true end
    for _, scope in ipairs(client.scopes) do
      if acting[scope] and (issuer.scope == "" or carried[scope]) then table.insert(counted, scope) end
    end
    caller.scopes = #counted > 0 and table.concat(counted, " ") or "${NONE}"
  end
  for name, value in pairs(caller) do request:headers():replace("${CALLER_PREFIX.toLowerCase()}" .. name, value) end
end
`;

const OWN_PATH_SCRIPT = `
function envoy_on_request(request)
  local metadata = request:streamInfo():dynamicMetadata()
  local verified = metadata:get("${JWT_FILTER}")
  local compared = request:metadata():get("segments")
  if not verified or not compared then return end
  local segments = {}
  local path = string.match(request:headers():get(":path"), "^[^?]*")
  for segment in string.gmatch(path, "/([^/]*)") do table.insert(segments, segment) end
  for position, asked in pairs(compared) do
    local value, found = verified.claims, false
    for _, name in ipairs(asked.claim) do
      if type(value) == "table" then value = value[name] else value = nil end
    end
    if not asked.list then value = {value} end
    if type(value) ~= "table" then return end
    for _, text in ipairs(value) do
      if text ~= "" and text == segments[tonumber(position)] then found = true end
    end
    if not found then return end
  end
  metadata:set("${OWN_PATH_FILTER}", "path", "own")
end
`;

/** The script's data by `iss`, as part of the route configuration. */
function callersOf(issuers: readonly SidecarIssuer[]): JsonObject {
  const context = issuers.map(({ url, id, clientClaim, scopeClaim = "", clients }) => {
    const byClaim = clients.map(({ claim, name, scopes }) => [claim, { name, scopes }] as const);
    return [url, { id, client: clientClaim, scope: scopeClaim, clients: Object.fromEntries(byClaim) }] as const;
  });
  return { [CALLER_FILTER]: typed("filters.http.lua.v3.LuaPerRoute", { filter_context: Object.fromEntries(context) }) };
}
