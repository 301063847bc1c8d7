import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { App, Testing } from "cdktf";
import { Construct } from "constructs";
import { callersOfIntent } from "../../../../intent/model/declared-callers";
import { placesOf } from "../../../../intent/schema/places";
import { authorizerPolicy, policySource } from "../../../../stacks/authorizer-policy";
import { declareEnvironment } from "../../../../stacks/front-door";
import { comesFrom } from "../../../../stacks/shared/comes-from";
import { keyOf, type Source, stepsOf } from "../../../../stacks/shared/sources";
import { intentOf, intents, SHOP_CONFIG } from "../../../support/shop";
import { BUILD, declaredBy, sourcesOf } from "../../../support/stack";

/** What the environment as a whole needs, or what has a key for each of its parts. */
const WHOLE = [
  "authorizer-policy.json",
  "google_iam_workload_identity_pool.gateway",
  "google_iam_workload_identity_pool_provider.aws_gateway",
];

test("every resource of every environment comes from a line of config", () => {
  const lost = intents().flatMap((intent) => {
    const places = placesOf(SHOP_CONFIG, intent.environment);
    return [...sourcesOf(intent)]
      .filter(([, { key }]) => places.nearest(key) === undefined)
      .map(([address]) => address);
  });
  expect([...new Set(lost)].sort()).toEqual(WHOLE);
});

test("every route, issuer, service and caller of the authorizer's policy comes from a line of config", () => {
  const lost = intents().flatMap((intent) => {
    const [source, places] = [policySource(intent), placesOf(SHOP_CONFIG, intent.environment)];
    const { issuers, routes, services } = authorizerPolicy(intent);
    const callers = callersOfIntent(intent).map(({ name }) => name);
    const parts = [
      ...issuers.map(({ id }) => `issuers.${id}`),
      ...Object.keys(routes).map((key) => `routes.${key}`),
      ...Object.keys(services).map((id) => `services.${id}`),
      ...callers.flatMap((name) => [`callers.${name}`, `callers.${name}.scopes`]),
    ];
    return parts
      .filter((part) => (places.nearest(keyOf(source, part))?.key.length ?? 0) < 2)
      .map((part) => `${intent.environment} ${part}`);
  });
  expect(lost).toEqual([]);
});

describe("keyOf", () => {
  const source: Source = {
    key: ["clients", "web"],
    attributes: {
      rotation_rules: ["clients", "web", "rotateEveryDays"],
      "rule[rate]": ["gateway", "waf", "rateLimit"],
      throttling_rate_limit: ["gateway", "throttle"],
      "throttling_rate_limit[GET /v1.0/orders]": ["services", "orders"],
    },
  };
  test.each<[string, string, readonly string[]]>([
    ["an attribute without a key: the resource's", "name", ["clients", "web"]],
    ["no attribute", "", ["clients", "web"]],
    ["an attribute inside another", "rotation_rules.automatically_after_days", ["clients", "web", "rotateEveryDays"]],
    ["an attribute inside an item", "rule[rate].action", ["gateway", "waf", "rateLimit"]],
    ["an item without a key", "rule[other].action", ["clients", "web"]],
    ["an item whose name has dots", "throttling_rate_limit[GET /v1.0/orders]", ["services", "orders"]],
    ["an item of a list with a key", "throttling_rate_limit[GET /carts]", ["gateway", "throttle"]],
  ])("%s", (_, attribute, key) => {
    expect(keyOf(source, attribute)).toEqual(key);
  });
});

test("a path has names, and items with any character in them, with and without quotes", () => {
  const textsOf = (path: string) => stepsOf(path).map(({ text, isItem }) => (isItem ? { item: text } : text));
  expect(textsOf("rule[rate].action")).toEqual(["rule", { item: "rate" }, "action"]);
  expect(textsOf('routes["GET /v1.0/{id}"].scopes')).toEqual(["routes", { item: "GET /v1.0/{id}" }, "scopes"]);
  expect(textsOf('a["b]c"]["d"][0]')).toEqual(["a", { item: "b]c" }, { item: "d" }, { item: "0" }]);
  expect(textsOf("template.containers")).toEqual(["template", "containers"]);
  expect(textsOf("open[end")).toEqual(["open", { item: "end" }]);
  expect(textsOf("")).toEqual([]);
});

test("a construct has the innermost key, and every attribute that a construct around it states", () => {
  let sources = new Map<string, Source>();
  declaredBy((stack) => {
    comesFrom(stack, [], { tags: ["tags"] });
    const outer = comesFrom(new Construct(stack, "Outer"), ["services", "orders"], { name: ["image"] });
    const role = { assumeRolePolicy: "{}" };
    new IamRole(outer, "inherits", role);
    comesFrom(new IamRole(outer, "states", role), ["gateway"], { name: ["kind"] });
    sources = new Map((stack as unknown as { sources: ReadonlyMap<string, Source> }).sources);
  });
  const tags = ["tags"];
  expect(Object.fromEntries(sources)).toEqual({
    "aws_iam_role.inherits": {
      key: ["services", "orders"],
      attributes: { tags, name: ["services", "orders", "image"] },
    },
    "aws_iam_role.states": { key: ["gateway"], attributes: { tags, name: ["gateway", "kind"] } },
  });
});

test("a resource of main.ts has the call stack of its creation, and no key", () => {
  const extend = (stack: Construct) => {
    new IamRole(new Construct(stack, "Own"), "own", { assumeRolePolicy: "{}" });
  };
  const stack = declareEnvironment(new App({ outdir: Testing.app().outdir }), intentOf("dev"), BUILD, { extend });
  const source = stack.sources.get("aws_iam_role.own");
  expect(source).toEqual({ key: [], attributes: {}, created: expect.stringContaining("comes-from.test.ts:") });
  expect(stack.sources.get("aws_iam_role.orders")?.created).toBeUndefined();
});
