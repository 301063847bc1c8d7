import { violations } from "../../../support/policy";
import { testAll } from "../../../support/test-all";

const SERVICE = "google_cloud_run_v2_service.orders";
const CONTAINERS = "template.containers";

// biome-ignore lint/suspicious/noExplicitAny: Envoy's JSON, changed field by field
type Json = any;

/** Findings that stop preview after a change of its service's attributes. */
const changed = (path: string, value: unknown) =>
  violations((find) => find(SERVICE).addOverride(path, value), {}, "preview");

/** Findings that stop preview after a change of Envoy's configuration. */
function configured(change: (configuration: Json) => void): string[] {
  return violations(
    (find) => {
      const { containers } = (find(SERVICE) as Json).template.internalValue;
      const { args } = containers[0];
      const configuration = JSON.parse(args[1]);
      change(configuration);
      find(SERVICE).addOverride(`${CONTAINERS}.0.args.1`, JSON.stringify(configuration));
    },
    {},
    "preview",
  );
}

const listeners = (configuration: Json): Json[] => configuration.static_resources.listeners;
const manager = (configuration: Json) => listeners(configuration)[0].filter_chains[0].filters[0].typed_config;
const filter = (configuration: Json, name: string) =>
  manager(configuration).http_filters.find((each: Json) => each.name === name);
const host = (configuration: Json) => manager(configuration).route_config.virtual_hosts[0];
const routes = (configuration: Json): Json[] => host(configuration).routes;
const routeOf = (configuration: Json, name: string) => routes(configuration).find((each) => each.name === name);
const policies = (configuration: Json, name: string) => filter(configuration, name).typed_config.rules.policies;

/** The place of a configuration's first difference, from the finding. */
const AT = "differs in Envoy's configuration from what the policy gives at ";
const MANAGER = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";
const ROUTE = `${AT}${MANAGER}.route_config.virtual_hosts[0].routes[`;

testAll([
  [
    "an app that is reached past Envoy",
    `${CONTAINERS}.1.ports`,
    { container_port: 8080 },
    "lets calls reach a container other",
  ],
  ["another ingress container", `${CONTAINERS}.0.name`, "proxy", "lets calls reach a container other"],
  ["a third container", `${CONTAINERS}.2`, { image: "x", name: "spare" }, "has the containers envoy, app, spare"],
  [
    "the app's own port as Envoy's",
    `${CONTAINERS}.0.ports.container_port`,
    8080,
    "differs in Envoy's ports from what the policy gives at container_port: got 8080, expected 10000",
  ],
  ["an image without digest", `${CONTAINERS}.0.image`, "docker.io/envoyproxy/envoy:latest", "not pinned by its digest"],
  [
    "another image",
    `${CONTAINERS}.0.image`,
    `docker.io/someone/envoy@sha256:${"ab".repeat(32)}`,
    "runs docker.io/someone/envoy@sha256:",
  ],
  ["another command", `${CONTAINERS}.0.command`, ["/bin/sh"], "sets command on the container of Envoy: remove it"],
  [
    "variables",
    `${CONTAINERS}.0.env`,
    [{ name: "ENVOY_UID", value: "0" }],
    "sets env on the container of Envoy: remove it",
  ],
  [
    "other files in place of the authorities",
    `${CONTAINERS}.0.volume_mounts`,
    [{ mount_path: "/etc/ssl/certs", name: "own" }],
    "differs in Envoy's mounts from what the policy gives: got",
  ],
  ["no configuration", `${CONTAINERS}.0.args.0`, "--log-level", "differs in Envoy's argument 1"],
  ["a second configuration", `${CONTAINERS}.0.args.2`, "--config-path", "differs in Envoy's argument 3"],
  ["an argument more", `${CONTAINERS}.0.args.11`, "--admin-address-path", "in the number of Envoy's arguments: got 12"],
  ["text that is not a configuration", `${CONTAINERS}.0.args.1`, "static_resources: {}", "cannot be read"],
])("%s stops the synthesis", (_, path, value, message) => {
  expect(changed(path, value)).toEqual([expect.stringContaining(message)]);
});

testAll<[string, (configuration: Json) => void, string]>([
  ["no rule for a route", (all) => routes(all).splice(routes(all).indexOf(routeOf(all, "GET /orders")), 1), ROUTE],
  [
    "another scope for a route",
    (all) => (routeOf(all, "GET /orders").metadata.filter_metadata.front_door.access = "orders/write"),
    'metadata.filter_metadata.front_door.access: got "orders/write", expected "orders/read"',
  ],
  [
    "a route that the policy has not",
    (all) => routes(all).push({ ...routeOf(all, "GET /orders"), name: "GET /internal" }),
    ROUTE,
  ],
  [
    "a route of every path",
    (all) => (routeOf(all, "GET /orders").match = { prefix: "/" }),
    'match.path: got nothing, expected "/orders"',
  ],
  [
    "a route without a token",
    (all) => (routeOf(all, "GET /orders").typed_per_filter_config = {}),
    "typed_per_filter_config: got {}, expected nothing",
  ],
  [
    "a host whose routes are all without a token",
    (all) => (host(all).typed_per_filter_config["envoy.filters.http.jwt_authn"] = { disabled: true }),
    "virtual_hosts[0].typed_per_filter_config.envoy.filters.http.jwt_authn: got",
  ],
  [
    "no filter of tokens",
    (all) => manager(all).http_filters.splice(1, 1),
    `${AT}${MANAGER}.http_filters[1].name: got "callers"`,
  ],
  [
    "filters in another order",
    (all) => manager(all).http_filters.reverse(),
    `${AT}${MANAGER}.http_filters[0].name: got "envoy.filters.http.router"`,
  ],
  ["a filter that is off", (all) => (filter(all, "scopes").disabled = true), "disabled: got true, expected nothing"],
  ["no rules", (all) => (filter(all, "scopes").typed_config.rules = undefined), "typed_config.rules: got nothing"],
  [
    "rules turned round",
    (all) => (filter(all, "callers").typed_config.rules.action = "DENY"),
    'rules.action: got "DENY", expected nothing',
  ],
  [
    "anybody for a scope",
    (all) => policies(all, "scopes")["orders/read"].principals.push({ any: true }),
    'principals[1]: got {"any":true}, expected nothing',
  ],
  [
    "anybody for a scope, in other words",
    (all) => (policies(all, "scopes")["orders/read"].principals = [{ or_ids: { ids: [{ not_id: { header: {} } }] } }]),
    "principals[0].and_ids: got nothing",
  ],
  [
    "anybody for any route",
    (all) => (policies(all, "callers").public.permissions = [{ any: true }]),
    "rules.policies.public.permissions[0].sourced_metadata: got nothing",
  ],
  [
    "tokens that are not asked for",
    (all) => (filter(all, "envoy.filters.http.jwt_authn").typed_config.rules = []),
    'typed_config.rules[0]: got nothing, expected {"match":{"prefix":"/"}',
  ],
  [
    "another issuer",
    (all) => {
      const [provider] = Object.values<Json>(filter(all, "envoy.filters.http.jwt_authn").typed_config.providers);
      provider.issuer = "https://issuer.example.net";
    },
    'issuer: got "https://issuer.example.net", expected',
  ],
  [
    "a second door",
    (all) => listeners(all).push({ ...listeners(all)[1], name: "back" }),
    `${AT}static_resources.listeners[2]: got {"name":"back"`,
  ],
  [
    "a second chain of filters",
    (all) => listeners(all)[0].filter_chains.unshift(listeners(all)[1].filter_chains[0]),
    `${AT}static_resources.listeners[0].filter_chains[0].filters[0].typed_config.`,
  ],
  ["an admin port", (all) => (all.admin = {}), `${AT}admin: got {}, expected nothing`],
  ["rules from elsewhere", (all) => (all.dynamic_resources = {}), `${AT}dynamic_resources: got {}, expected nothing`],
])("Envoy with %s stops the synthesis", (_, change, message) => {
  expect(configured(change)).toEqual([expect.stringContaining(message)]);
});

test("a field that appears in the configuration twice stops the synthesis", () => {
  const twice = violations(
    (find) => {
      const [{ args }] = (find(SERVICE) as Json).template.internalValue.containers;
      find(SERVICE).addOverride(`${CONTAINERS}.0.args.1`, args[1].replace(/^\{/, '{"static_resources":{},'));
    },
    {},
    "preview",
  );
  expect(twice).toEqual([expect.stringContaining("differs in the spelling of Envoy's configuration")]);
});

test("a service that is not in config stops the synthesis", () => {
  expect(changed("name", "storefront-preview-other")).toEqual([
    expect.stringContaining("(rule own-identities)"),
    expect.stringContaining("is not a service of the config"),
  ]);
});
