import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { editConfiguration, sharedIssuerState } from "../../support/shared-issuer";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;
type Path = readonly (string | number)[];

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "../../../synthesized/dev", file), "utf8"));

/** One service with two issuers, a public route, and paths that could be taken for each other. */
function oneService(): SynthesizedState {
  const policy = read("authorizer-policy.json");
  policy.routes = {
    "GET /accounts/me": policy.routes["GET /accounts/me"],
    "GET /accounts/terms": { service: "accounts", access: "public" },
    "GET /accounts/{id}": policy.routes["GET /accounts/{id}"],
  };
  policy.services = { accounts: policy.services.accounts };
  const whole: Json = sharedIssuerState({ stack: read("main.tf.json"), policy });
  const { resource } = whole.stack;
  const routes = Object.entries<Json>(resource.aws_apigatewayv2_route);
  const own = ([, { route_key }]: [string, Json]) => route_key in policy.routes;
  const kept = {
    aws_apigatewayv2_authorizer: resource.aws_apigatewayv2_authorizer,
    aws_apigatewayv2_integration: { accounts: resource.aws_apigatewayv2_integration.accounts },
    aws_apigatewayv2_route: Object.fromEntries(routes.filter(own)),
    aws_cognito_resource_server: resource.aws_cognito_resource_server,
    aws_cognito_user_pool: resource.aws_cognito_user_pool,
    aws_cognito_user_pool_client: resource.aws_cognito_user_pool_client,
    google_cloud_run_v2_service: { accounts: resource.google_cloud_run_v2_service.accounts },
  };
  return { stack: { resource: kept, provider: {} } };
}

const base = oneService();
let configuration: Json;
editConfiguration(structuredClone(base).stack, "accounts", (found) => {
  configuration = structuredClone(found);
});

/** What a reviewer is told where one place of the configuration is another. */
function told(edit: (configuration: Json) => void): "broadened" | "narrowed" | "nothing" {
  const head = structuredClone(base);
  editConfiguration(head.stack, "accounts", edit);
  const { rows, guards } = changeOfStacks("dev", base, head).access;
  const effects = [...rows, ...guards].map(({ effect }) => effect);
  return effects.includes("broadened") ? "broadened" : effects.length > 0 ? "narrowed" : "nothing";
}

function* places(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) for (const index of value.keys()) yield* places(value[index], [...path, index]);
  else if (typeof value === "object") for (const key of Object.keys(value)) yield* places(value[key], [...path, key]);
}

const at = (root: Json, path: Path): Json => path.reduce((value, step) => value[step], root);

function without(path: Path): "broadened" | "narrowed" | "nothing" {
  const [owner, key] = [path.slice(0, -1), path.at(-1) as string];
  return told((copy) => {
    if (Array.isArray(at(copy, owner))) at(copy, owner).splice(key, 1);
    else delete at(copy, owner)[key];
  });
}

function other(path: Path): "broadened" | "narrowed" | "nothing" {
  const value = at(configuration, path);
  const another = typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${value}x`;
  return told((copy) => {
    at(copy, path.slice(0, -1))[path.at(-1) as string] = another;
  });
}

const HOST = "static_resources.listeners.0.filter_chains.0.filters.0.typed_config.route_config.virtual_hosts.0";
const FILTERS = "static_resources.listeners.0.filter_chains.0.filters.0.typed_config.http_filters";

/** Places of which a single change is no news, each with the reason. */
const NO_NEWS: readonly (readonly [RegExp, string])[] = [
  [/routes\.\d+\.name$/, "a refusal's name stands in Envoy's own log and nowhere else"],
];

/** Places of which a single change takes something from callers and gives nobody anything. */
const NARROWER: readonly (readonly [RegExp, string])[] = [
  [
    /http_filters\.2\.typed_config\.rules\.policies\.\w+\.principals\.0\.and_ids\.ids\.1\..*value_matchers\.\d$/,
    "a client",
  ],
  [
    /http_filters\.\d\.typed_config\.rules\.policies(\.[^.]+(\.(permissions|principals)\.\d)?)?$/,
    "a policy, or a part of it",
  ],
  [/rules\.policies\.public\.(permissions|principals)\./, "the policy of public routes holds for none"],
  [/http_filters\.4\..*\.principals\.\d\.and_ids\.ids\.\d\./, "a rule whose condition no token meets"],
  [/filter_context\..*\.scopes(\.\d)?$/, "the app is told of fewer scopes"],
];

const all = [...places(configuration)];
const named = (path: Path) => path.join(".");
const listed = (reasons: typeof NO_NEWS, path: Path) => reasons.some(([pattern]) => pattern.test(named(path)));

const gone = all.map((path) => ({ path, effect: without(path) }));
const changed = all
  .filter((path) => typeof at(configuration, path) !== "object")
  .map((path) => ({ path, effect: other(path) }));

test.each([
  ["goes", gone],
  ["is another", changed],
])("whatever single place of Envoy's configuration %s, a reviewer is told", (_, found) => {
  const unseen = found.filter(({ effect, path }) => effect === "nothing" && !listed(NO_NEWS, path));
  const narrower = found.filter(({ effect, path }) => effect === "narrowed" && !listed(NARROWER, path));
  expect([unseen, narrower].map((each) => each.map(({ path }) => named(path)))).toEqual([[], []]);
  expect(found.length).toBeGreaterThan(300);
});

test.each([...NO_NEWS, ...NARROWER])("%s is listed because of %s, and needed", (pattern) => {
  const quiet = [...gone, ...changed].filter(({ effect }) => effect !== "broadened");
  expect(quiet.some(({ path }) => pattern.test(named(path)))).toBe(true);
});

test.each<readonly [string, (copy: Json) => void]>([
  [
    "a filter more",
    (copy) => at(copy, FILTERS.split(".")).splice(1, 0, { name: "x", typed_config: { "@type": "x.Cors" } }),
  ],
  ["the check of tokens after the rules", (copy) => swap(at(copy, FILTERS.split(".")), 1, 2)],
  ["a rule that only watches", (copy) => shadow(at(copy, FILTERS.split("."))[4].typed_config)],
  ["a rule that is off", (copy) => Object.assign(at(copy, FILTERS.split("."))[4], { disabled: true })],
  ["no token needed", (copy) => allowMissing(at(copy, FILTERS.split("."))[1].typed_config)],
  ["a listener more", (copy) => copy.static_resources.listeners.push({ name: "x" })],
  ["a host more", (copy) => at(copy, HOST.split(".").slice(0, -1)).push({ name: "x", domains: ["x"], routes: [] })],
  ["routes from elsewhere", (copy) => Object.assign(copy, { dynamic_resources: {} })],
  ["an admin port", (copy) => Object.assign(copy, { admin: { address: {} } })],
  ["a route to another cluster", (copy) => forward(at(copy, [...HOST.split("."), "routes"]))],
  ["a wide route first", (copy) => at(copy, [...HOST.split("."), "routes"]).sort(byMatch)],
  ["keys that come with it", (copy) => ownKeys(at(copy, FILTERS.split("."))[1].typed_config.providers.customers)],
  ["longer clocks", (copy) => Object.assign(providers(copy).customers, { clock_skew_seconds: 3600 })],
  [
    "tokens remembered",
    (copy) => Object.assign(providers(copy).customers, { jwt_cache_config: { jwt_cache_size: 9 } }),
  ],
])("%s counts as broader", (_, edit) => {
  expect(told(edit)).toBe("broadened");
});

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
