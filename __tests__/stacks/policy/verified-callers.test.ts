import type { Intent } from "../../../intent/intent";
import { violations } from "../../support/policy";
import { intentOf } from "../../support/stack";

const SERVICE = "google_cloud_run_v2_service.orders";
const CONTAINERS = "template.containers";

// biome-ignore lint/suspicious/noExplicitAny: Envoy's JSON, changed field by field
type Json = any;

/** What stops preview after a change of its service's attributes. */
const changed = (path: string, value: unknown) =>
  violations((find) => find(SERVICE).addOverride(path, value), {}, "preview");

/** What stops preview after a change of Envoy's configuration. */
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

const manager = (configuration: Json) =>
  configuration.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
const filter = (configuration: Json, name: string) =>
  manager(configuration).http_filters.find((each: Json) => each.name === name);
const routes = (configuration: Json): Json[] => manager(configuration).route_config.virtual_hosts[0].routes;
const routeOf = (configuration: Json, name: string) => routes(configuration).find((each) => each.name === name);

test.each([
  [
    "an app that is reached beside Envoy",
    `${CONTAINERS}.1.ports`,
    { container_port: 8080 },
    "lets calls reach another container",
  ],
  ["another ingress container", `${CONTAINERS}.0.name`, "proxy", "lets calls reach another container"],
  ["an image without digest", `${CONTAINERS}.0.image`, "docker.io/envoyproxy/envoy:latest", "not pinned by its digest"],
  ["another command", `${CONTAINERS}.0.command`, ["/bin/sh"], "runs another command than Envoy's own"],
  ["no configuration", `${CONTAINERS}.0.args.0`, "--log-level", "an Envoy without a configuration"],
  ["a second configuration", `${CONTAINERS}.0.args.2`, "--config-path", "without a configuration"],
  ["text that is no configuration", `${CONTAINERS}.0.args.1`, "static_resources: {}", "cannot be read"],
])("%s stops the synthesis", (_, path, value, message) => {
  expect(changed(path, value)).toEqual([expect.stringContaining(message)]);
});

test.each<[string, (configuration: Json) => void, string]>([
  [
    "no rule for a route",
    (all) =>
      routes(all).splice(
        routes(all).findIndex(({ name }) => name === "GET /orders"),
        1,
      ),
    "has no rule for GET /orders: expected orders/read, Envoy asks for nothing",
  ],
  [
    "another scope for a route",
    (all) => {
      routeOf(all, "GET /orders").metadata.filter_metadata.front_door.access = "orders/write";
    },
    "has no rule for GET /orders: expected orders/read, Envoy asks for orders/write",
  ],
  [
    "a route that the policy has not",
    (all) => routes(all).push({ ...routeOf(all, "GET /orders"), name: "GET /internal" }),
    "opens GET /internal, which the policy has not",
  ],
  [
    "a route without a token",
    (all) => {
      routeOf(all, "GET /orders").typed_per_filter_config = {};
    },
    "lets GET /orders pass without a token",
  ],
  [
    "no filter of tokens",
    (all) => {
      manager(all).http_filters.splice(1, 1);
    },
    "has the filters strip, callers",
  ],
  [
    "filters in another order",
    (all) => {
      manager(all).http_filters.reverse();
    },
    "has the filters envoy.filters.http.router",
  ],
  [
    "a filter that is off",
    (all) => {
      filter(all, "scopes").disabled = true;
    },
    "switches the filter scopes off",
  ],
  [
    "no rules",
    (all) => {
      filter(all, "scopes").typed_config.rules = undefined;
    },
    "has no rules in the filter scopes",
  ],
  [
    "rules turned round",
    (all) => {
      filter(all, "callers").typed_config.rules.action = "DENY";
    },
    "turns the filter callers round",
  ],
  [
    "anybody for a scope",
    (all) => {
      filter(all, "scopes").typed_config.rules.policies["orders/read"].principals.push({ any: true });
    },
    "lets anybody pass where orders/read is asked for",
  ],
  [
    "anybody for any route",
    (all) => {
      filter(all, "callers").typed_config.rules.policies.public.permissions = [{ any: true }];
    },
    "lets anybody pass where public is asked for",
  ],
  [
    "an admin port",
    (all) => {
      all.admin = {};
    },
    "opens Envoy's admin port",
  ],
  [
    "rules from elsewhere",
    (all) => {
      all.dynamic_resources = {};
    },
    "lets Envoy fetch its rules elsewhere",
  ],
])("Envoy with %s stops the synthesis", (_, change, message) => {
  expect(configured(change)).toEqual([expect.stringContaining(message)]);
});

const dev = intentOf("dev");
/** Dev, with Envoy before the accounts service as well as IAM. */
const both: Intent = {
  ...dev,
  envoy: intentOf("preview").envoy as Intent["envoy"],
  issuers: dev.issuers.map((issuer) =>
    issuer.kind === "oidc" ? { ...issuer, jwksUri: `${issuer.issuer}/keys` } : issuer,
  ),
  services: dev.services.map((service) => ({ ...service, verifiesCallerToken: service.id === "accounts" })),
};

test("where IAM guards the door, Envoy may stand behind it, and IAM's check stays on all the same", () => {
  expect(violations(() => {}, both)).toEqual([]);
  const off = violations(
    (find) => find("google_cloud_run_v2_service.accounts").addOverride("invoker_iam_disabled", true),
    both,
  );
  expect(off).toEqual([expect.stringContaining("set invoker_iam_disabled to false")]);
});

test("a service that is to have Envoy and has none stops the synthesis", () => {
  const gone = violations(
    (find) => find("google_cloud_run_v2_service.accounts").addOverride(CONTAINERS, [{ image: "x", ports: {} }]),
    both,
  );
  expect(gone).toEqual([
    expect.stringContaining("google_cloud_run_v2_service.accounts: lets calls reach another container than envoy"),
  ]);
});

test("a service that the config does not know stops the synthesis", () => {
  expect(changed("name", "storefront-preview-other")).toEqual([expect.stringContaining("is no service of the config")]);
});
