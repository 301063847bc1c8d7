import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import { configurationText } from "../../../../contract/envoy/delivery";
import type { Sidecar, SidecarIssuer } from "../../../../contract/envoy/policy";
import { testAll } from "../../../support/test-all";
import { at, CUSTOMERS, manager, routes, SMALL, WORKFORCE } from "./support";

test("equal input gives equal text, whatever its order", () => {
  const two = { ...SMALL, issuers: [CUSTOMERS, WORKFORCE] };
  const turned: Sidecar = {
    ...two,
    routes: [...SMALL.routes].reverse(),
    issuers: [
      WORKFORCE,
      {
        ...CUSTOMERS,
        clients: [...CUSTOMERS.clients].reverse(),
      } as SidecarIssuer,
    ],
  };
  expect(configurationText(envoyConfiguration(turned))).toBe(configurationText(envoyConfiguration(two)));
});

test("has only the callers' port, the probe port and the app: no admin port, nothing dynamic", () => {
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

test("the filters are in the only safe order: strip, verify, known callers, names, scopes, forward", () => {
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

test("slow clients are cut off, and the app's timeout is as long as the gateway waits", () => {
  expect(manager(envoyConfiguration({ ...SMALL, timeoutSeconds: 25 }))).toMatchObject({
    // Headers arrive immediately, or within two seconds on a slow network.
    request_headers_timeout: "10s",
    // The whole request, its body included.
    request_timeout: "25s",
    // Longer than the route's own timeout, which responds with 504: this one only ends idle streams.
    stream_idle_timeout: "35s",
  });
});

test("routes are in the gateway's order, each with its own timeout, and there is no default route", () => {
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

test("a path that no other route could match has no refusing entry", () => {
  expect(routes(envoyConfiguration(SMALL)).map(({ name }) => name)).toEqual([
    "too large",
    "not plain",
    "GET /orders",
    "GET /orders/{id}",
  ]);
});

testAll<[string, Partial<Sidecar>, string]>([
  ["two equal ports", { ports: { ingress: 8080, probe: 10_001, app: 8080 } }, "port 8080 twice"],
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
  [
    "two clients of one name",
    { issuers: [{ ...CUSTOMERS, clients: CUSTOMERS.clients.map((each) => ({ ...each, name: "customers/web" })) }] },
    "client customers/web of issuer customers twice",
  ],
  [
    "a client named like no client",
    { issuers: [{ ...CUSTOMERS, clients: [{ name: "-", claim: "web1", scopes: ["orders/read"] }] }] },
    "client - of issuer customers twice",
  ],
  ["a route twice", { routes: [...SMALL.routes, ...SMALL.routes] }, "route GET /orders twice"],
  ["ANY", { routes: [{ key: "ANY /orders", access: "public" }] }, "write ANY out as methods"],
  ["an empty allOf", { routes: [{ key: "GET /orders", access: { scopes: [{ allOf: [] }] } }] }, "no scope"],
  ["no scope", { routes: [{ key: "GET /orders", access: { scopes: [] } }] }, "route GET /orders: no scope"],
])("%s is an error that names it", (_, changes, message) => {
  expect(() => envoyConfiguration({ ...SMALL, ...changes })).toThrow(message);
});

test("nothing in it is accidentally a Terraform template", () => {
  expect(configurationText(envoyConfiguration({ ...SMALL, issuers: [CUSTOMERS, WORKFORCE] }))).not.toMatch(/[$%]\{/);
});
