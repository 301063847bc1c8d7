import { CLOCK_SKEW_SECONDS as AUTHORIZER_SKEW } from "../../../../../functions/authorizer/token/clock";
import { REFRESH_SECONDS } from "../../../../../functions/authorizer/token/key-sets";
import { envoyConfiguration } from "../../../../../stacks/google/envoy/configuration";
import { configurationText } from "../../../../../stacks/google/envoy/delivery";
import type { JsonObject } from "../../../../../stacks/google/envoy/json";
import { CLOCK_SKEW_SECONDS } from "../../../../../stacks/google/envoy/jwt-filter";
import { KEYS_SECONDS } from "../../../../../stacks/google/envoy/key-sources";
import { all, claim, exactly } from "../../../../../stacks/google/envoy/matchers";
import type { Sidecar, SidecarCognitoIssuer, SidecarIssuer } from "../../../../../stacks/google/envoy/sidecar";
import { testAll } from "../../../../support/test-all";
import { at, filter, manager, routes, SMALL } from "./support";

const [CUSTOMERS] = SMALL.issuers as [SidecarIssuer];
const WORKFORCE: SidecarIssuer = {
  kind: "token",
  id: "workforce",
  url: "https://okta.example",
  keys: { host: "okta.example", path: "/v1/keys" },
  audiences: ["api://shop"],
  scopes: ["orders/read"],
  scopeClaim: "scp",
  clientClaim: "cid",
  clients: ["0oa1"],
};

test("equal input gives equal text, whatever its order", () => {
  const two = { ...SMALL, issuers: [CUSTOMERS, WORKFORCE] };
  const turned: Sidecar = {
    ...two,
    routes: [...SMALL.routes].reverse(),
    issuers: [
      WORKFORCE,
      {
        ...CUSTOMERS,
        clients: [...(CUSTOMERS.kind === "cognito" ? CUSTOMERS.clients : [])].reverse(),
      } as SidecarIssuer,
    ],
  };
  expect(configurationText(envoyConfiguration(turned))).toBe(configurationText(envoyConfiguration(two)));
});

test("callers' port, probe port and app are all there is: no admin, nothing dynamic", () => {
  const configuration = envoyConfiguration(SMALL);
  expect(Object.keys(configuration).sort()).toEqual(["layered_runtime", "overload_manager", "static_resources"]);
  const sockets = [0, 1].map((index) =>
    at(configuration, "static_resources", "listeners", index, "address", "socket_address"),
  );
  expect(sockets).toEqual([
    { address: "0.0.0.0", port_value: 10_000 },
    { address: "0.0.0.0", port_value: 10_001 },
  ]);
  const app = at(
    configuration,
    "static_resources",
    "clusters",
    0,
    "load_assignment",
    "endpoints",
    0,
    "lb_endpoints",
    0,
  );
  expect(app).toEqual({ endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: 8080 } } } });
});

test("the filters stand in the one order that is safe: strip, verify, known callers, names, scopes, forward", () => {
  const names = (at(manager(envoyConfiguration(SMALL)), "http_filters") as unknown as { name: string }[]).map(
    ({ name }) => name,
  );
  expect(names).toEqual([
    "strip",
    "envoy.filters.http.jwt_authn",
    "callers",
    "envoy.filters.http.lua",
    "scopes",
    "envoy.filters.http.router",
  ]);
});

test("clocks and keys are judged as the authorizer judges them", () => {
  expect(CLOCK_SKEW_SECONDS).toBe(AUTHORIZER_SKEW);
  expect(KEYS_SECONDS).toBe(REFRESH_SECONDS);
  const provider = at(filter(envoyConfiguration(SMALL), "envoy.filters.http.jwt_authn"), "providers", "customers");
  expect(provider).toMatchObject({
    clock_skew_seconds: 5,
    require_expiration: true,
    remote_jwks: { cache_duration: "300s" },
  });
  expect(provider).not.toHaveProperty("jwt_cache_config");
  // Keys that are fetched ahead would never get too old.
  expect(provider.remote_jwks).not.toHaveProperty("async_fetch");
});

test("no client holds a connection by sending slowly, and the app has as long as the gateway waits for it", () => {
  expect(manager(envoyConfiguration({ ...SMALL, timeoutSeconds: 25 }))).toMatchObject({
    // A browser's headers come at once, a slow network's in a second or two.
    request_headers_timeout: "10s",
    // The whole request, its body included.
    request_timeout: "25s",
    // Later than the route's own limit, which answers 504: this one only ends what nothing moves on.
    stream_idle_timeout: "35s",
  });
});

test("the cache of verified tokens is there when it is asked for", () => {
  const provider = at(
    filter(envoyConfiguration({ ...SMALL, rememberedTokens: 500 }), "envoy.filters.http.jwt_authn"),
    ...["providers", "customers"],
  );
  expect(provider.jwt_cache_config).toEqual({ jwt_cache_size: 500 });
});

test("an issuer's host is reached under its own name by the system's authorities alone", () => {
  const cluster = at(envoyConfiguration(SMALL), "static_resources", "clusters", 1);
  expect(at(cluster, "transport_socket", "typed_config")).toEqual({
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
    sni: "cognito.example",
    max_session_keys: 0,
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: "TLSv1_2" },
      validation_context: {
        trusted_ca: { filename: "/etc/ssl/certs/ca-certificates.crt" },
        match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: "cognito.example" } }],
      },
    },
  });
});

test("an issuer on a port of its own is asked there, under the host's name", () => {
  const keycloak: SidecarIssuer = { ...WORKFORCE, keys: { host: "sso.example", port: 8443, path: "/certs" } };
  const plain: SidecarIssuer = {
    ...WORKFORCE,
    id: "z",
    url: "https://z",
    keys: { host: "sso.example", path: "/certs" },
  };
  const configuration = envoyConfiguration({ ...SMALL, issuers: [plain, keycloak] });
  const fetched = (id: string) =>
    at(filter(configuration, "envoy.filters.http.jwt_authn"), "providers", id, "remote_jwks", "http_uri");
  expect(fetched("workforce")).toMatchObject({
    uri: "https://sso.example:8443/certs",
    cluster: "keys of sso.example:8443",
  });
  expect(fetched("z")).toMatchObject({ uri: "https://sso.example/certs", cluster: "keys of sso.example" });
  const [, ...clusters] = at(configuration, "static_resources", "clusters") as unknown as JsonObject[];
  expect(
    clusters.map((cluster) => {
      const endpoint = at(cluster, "load_assignment", "endpoints", 0, "lb_endpoints", 0, "endpoint");
      const { sni, common_tls_context } = at(cluster, "transport_socket", "typed_config");
      const names = at(common_tls_context, "validation_context", "match_typed_subject_alt_names");
      return [cluster.name, at(endpoint, "address", "socket_address"), sni, names];
    }),
  ).toEqual(
    [443, 8443].map((port) => [
      port === 443 ? "keys of sso.example" : "keys of sso.example:8443",
      { address: "sso.example", port_value: port },
      "sso.example",
      [{ san_type: "DNS", matcher: { exact: "sso.example" } }],
    ]),
  );
});

test("two issuers at one host share its cluster", () => {
  const other = { ...CUSTOMERS, id: "partners", url: "https://cognito.example/other" } as SidecarIssuer;
  const clusters = at(envoyConfiguration({ ...SMALL, issuers: [CUSTOMERS, other] }), "static_resources", "clusters");
  expect(clusters).toHaveLength(2);
});

test("a pool's caller is known by client and use together, in one rule", () => {
  const rule = at(
    filter(envoyConfiguration(SMALL), "callers"),
    "rules",
    "policies",
    "customers",
    "principals",
    0,
    "and_ids",
  );
  const text = JSON.stringify(rule);
  for (const needed of [
    '"client_id"',
    '"desk1"',
    '"web1"',
    '"token_use"',
    '"access"',
    '"https://cognito.example/pool"',
  ]) {
    expect(text).toContain(needed);
  }
});

test("one rule for each set of scopes, and a client's own scopes alone count", () => {
  const policies = at(filter(envoyConfiguration(SMALL), "scopes"), "rules", "policies");
  expect(Object.keys(policies)).toEqual(["orders/read", "orders/read orders/support", "public"]);
  const first = JSON.stringify(policies["orders/read"]);
  expect(first).toContain('"web1"');
  expect(first).not.toContain('"desk1"');
});

test("an allOf has a rule of its own, for the clients that have all of its scopes", () => {
  const [web, desk] = [
    { id: "web", clientId: "web1", scopes: ["orders/read", "orders/write"] },
    { id: "desk", clientId: "desk1", scopes: ["orders/read"] },
  ];
  const [pool] = SMALL.issuers as readonly SidecarCognitoIssuer[];
  const access = { scopes: ["orders/support", { allOf: ["orders/read", "orders/write"] }] };
  const policies = at(
    filter(
      envoyConfiguration({
        ...SMALL,
        issuers: [{ ...(pool as SidecarCognitoIssuer), clients: [web, desk] }],
        routes: [{ key: "GET /audit", access }],
      }),
      "scopes",
    ),
    "rules",
    "policies",
  );
  const text = "orders/read&orders/write orders/support";
  expect(Object.keys(policies)).toEqual([text, "public"]);
  const has = (scope: string) => claim("scope", { list_match: { one_of: exactly(scope) } });
  expect(at(policies, text, "principals")).toEqual([
    all(
      claim("iss", exactly("https://cognito.example/pool")),
      claim("client_id", exactly("web1")),
      has("orders/read"),
      has("orders/write"),
    ),
  ]);
});

test("a scope that no caller can hold has no rule, so no call is allowed", () => {
  const access = { scopes: ["orders/export"] };
  const policies = at(
    filter(envoyConfiguration({ ...SMALL, routes: [{ key: "GET /export", access }] }), "scopes"),
    ...["rules", "policies"],
  );
  expect(Object.keys(policies)).toEqual(["public"]);
});

test("routes stand in the gateway's order, each with its own time limit, and no default", () => {
  const keys = ["GET /{proxy+}", "GET /a/{x}", "GET /a/b", "GET /{x}/b", "POST /a/b"];
  const found = routes(
    envoyConfiguration({ ...SMALL, routes: keys.map((key) => ({ key, access: { scopes: ["orders/read"] } })) }),
  );
  const names = found.map(({ name }) => name);
  expect(names).toEqual([
    "too large",
    "not plain",
    "GET /a/b",
    "POST /a/b",
    "ambiguous /a/{x}",
    "GET /a/{x}",
    "ambiguous /{x}/b",
    "GET /{x}/b",
    "ambiguous /{proxy+}",
    "GET /{proxy+}",
  ]);
  const forwarded = found.filter((route) => "route" in route);
  expect(forwarded.map(({ route }) => route)).toEqual(keys.map(() => ({ cluster: "app", timeout: "30s" })));
});

test("a path that no other route could claim has no entry that refuses it", () => {
  expect(routes(envoyConfiguration(SMALL)).map(({ name }) => name)).toEqual([
    "too large",
    "not plain",
    "GET /orders",
    "GET /orders/{id}",
  ]);
});

testAll<[string, Partial<Sidecar>, string]>([
  ["two ports alike", { ports: { ingress: 8080, probe: 10_001, app: 8080 } }, "port 8080 twice"],
  [
    "an issuer twice",
    { issuers: [CUSTOMERS, { ...CUSTOMERS, id: "x" } as SidecarIssuer] },
    "https://cognito.example/pool twice",
  ],
  ["no issuer", { issuers: [] }, "no issuer"],
  [
    "an issuer without audiences",
    { issuers: [{ ...WORKFORCE, audiences: [] } as SidecarIssuer] },
    "workforce without audiences",
  ],
  ["a route twice", { routes: [...SMALL.routes, ...SMALL.routes] }, "route GET /orders twice"],
  ["ANY", { routes: [{ key: "ANY /orders", access: "public" }] }, "write ANY out as methods"],
  ["an empty allOf", { routes: [{ key: "GET /orders", access: { scopes: [{ allOf: [] }] } }] }, "no scope"],
  ["no scope", { routes: [{ key: "GET /orders", access: { scopes: [] } }] }, "route GET /orders: no scope"],
])("%s is an error that says so", (_, changes, message) => {
  expect(() => envoyConfiguration({ ...SMALL, ...changes })).toThrow(message);
});

test("nothing in it is a Terraform template by accident", () => {
  expect(configurationText(envoyConfiguration({ ...SMALL, issuers: [CUSTOMERS, WORKFORCE] }))).not.toMatch(/[$%]\{/);
});
