import {
  at,
  faultOf,
  judgedPlaces,
  onePerField,
  PLACE_CHANGES,
  untold,
  verdictOn,
} from "../../../support/sidecar-places";
import type { Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const HOST = "static_resources.listeners.0.filter_chains.0.filters.0.typed_config.route_config.virtual_hosts.0";
const FILTERS = "static_resources.listeners.0.filter_chains.0.filters.0.typed_config.http_filters";

test("every removal or change of a field in Envoy's configuration is reported", () => {
  const some = onePerField(PLACE_CHANGES);
  expect(untold(judgedPlaces(some))).toEqual([]);
  expect(some.length).toBeGreaterThan(100);
});

testAll<readonly [string, (copy: Json) => void]>([
  [
    "an additional filter",
    (copy) => at(copy, FILTERS.split(".")).splice(1, 0, { name: "x", typed_config: { "@type": "x.Cors" } }),
  ],
  ["the check of tokens after the rules", (copy) => swap(at(copy, FILTERS.split(".")), 1, 2)],
  ["a rule that only reports", (copy) => shadow(at(copy, FILTERS.split("."))[4].typed_config)],
  ["a disabled rule", (copy) => Object.assign(at(copy, FILTERS.split("."))[4], { disabled: true })],
  ["no token needed", (copy) => allowMissing(at(copy, FILTERS.split("."))[1].typed_config)],
  ["an additional listener", (copy) => copy.static_resources.listeners.push({ name: "x" })],
  [
    "an additional host",
    (copy) => at(copy, HOST.split(".").slice(0, -1)).push({ name: "x", domains: ["x"], routes: [] }),
  ],
  ["routes from elsewhere", (copy) => Object.assign(copy, { dynamic_resources: {} })],
  ["routes that a server sends later", (copy) => Object.assign(manager(copy), { rds: {} })],
  ["routes that a server sends by scope", (copy) => Object.assign(manager(copy), { scoped_routes: {} })],
  ["an upgrade to another protocol", (copy) => Object.assign(manager(copy), { upgrade_configs: [{}] })],
  ["an admin port", (copy) => Object.assign(copy, { admin: { address: {} } })],
  ["a route to another cluster", (copy) => forward(at(copy, [...HOST.split("."), "routes"]))],
  ["a wide route first", (copy) => at(copy, [...HOST.split("."), "routes"]).sort(byMatch)],
  ["keys in the configuration", (copy) => ownKeys(at(copy, FILTERS.split("."))[1].typed_config.providers.customers)],
  ["a larger clock skew", (copy) => Object.assign(providers(copy).customers, { clock_skew_seconds: 3600 })],
  ["a token cache", (copy) => Object.assign(providers(copy).customers, { jwt_cache_config: { jwt_cache_size: 9 } })],
])("%s counts as broader", (_, edit) => {
  expect(verdictOn(edit)).toBe("broadened");
});

test("a listener that takes routes from elsewhere, or another protocol, is not understood", () => {
  expect(faultOf(() => {})).toBeUndefined();
  for (const key of ["rds", "scoped_routes", "upgrade_configs"]) {
    expect(faultOf((copy) => Object.assign(manager(copy), { [key]: {} }))).toContain(key);
  }
});

const manager = (copy: Json) => at(copy, FILTERS.split(".").slice(0, -1));
const providers = (copy: Json) => at(copy, FILTERS.split("."))[1].typed_config.providers;

function swap(items: Json[], one: number, other_: number): void {
  [items[one], items[other_]] = [items[other_], items[one]];
}

function shadow(config: Json): void {
  config.shadow_rules = config.rules;
  delete config.rules;
}

function allowMissing(config: Json): void {
  config.rules[0].requires = { requires_any: { requirements: [config.rules[0].requires, { allow_missing: {} }] } };
}

function forward(routes: Json[]): void {
  routes.find(({ route }) => route).route.cluster = "keys of workforce.example.com";
}

function byMatch(one: Json, other_: Json): number {
  return Number("path" in one.match) - Number("path" in other_.match);
}

function ownKeys(provider: Json): void {
  provider.local_jwks = { inline_string: "{}" };
  delete provider.remote_jwks;
}
