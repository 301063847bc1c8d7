import { BASE, DEV, dev, faults, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const ordersWith = (more: string) => `services: { orders: { image: null, environment: null, secrets: null, ${more} } }`;

const ordersOf = (changes: string) => dev(changes).services.find(({ id }) => id === "orders");

test("an existing service has the environment's place and audience unless config names others", () => {
  expect(ordersOf(ordersWith("existing: { name: orders-v1 }"))).toMatchObject({
    name: "shop-dev-orders",
    existing: { name: "orders-v1", region: "europe-west1", project: "shop-project" },
    audience: "https://shop-dev-orders.shop-project.internal",
  });
  const other = "existing: { name: orders-v1, region: us-east1, project: acme-orders, audience: orders }";
  expect(ordersOf(ordersWith(other))).toMatchObject({
    existing: { name: "orders-v1", region: "us-east1", project: "acme-orders" },
    audience: "orders",
  });
});

test("a service of this environment needs an image", () => {
  expect(faults("services: { orders: { image: null } }")).toEqual([
    expect.stringMatching(/^services\.orders\.image {2}got nothing, expected an image reference/),
  ]);
});

testAll([
  ["image", '"docker.io/acme/orders:1"'],
  ["rollout", "{ percent: 100 }"],
  ["deployedBy", "pipeline"],
  ["port", "8080"],
  ["healthPath", "/healthz"],
  ["verifyCallerToken", "false"],
  ["resources", "{ cpu: 2 }"],
  ["scaling", "{ max: 3 }"],
  ["environment", "{ LOG_LEVEL: debug }"],
  ["secrets", "{ TOKEN: { secret: token } }"],
  ["slo", "{ availability: 99 }"],
])("%s is its owner's", (key, value) => {
  const written = { image: "null", environment: "null", secrets: "null", [key]: value };
  const body = Object.entries(written).map(([each, text]) => `${each}: ${text}`);
  const found = faults(`services: { orders: { ${body.join(", ")}, existing: { name: orders-v1 } } }`);
  expect(found.filter((each) => each.startsWith(`services.orders.${key}  got ${key} together`))).toHaveLength(1);
});

testAll(["Orders", "1orders", "orders-", `o${"r".repeat(49)}`])("%s is no name of a service", (name) => {
  expect(faults(ordersWith(`existing: { name: "${name}" }`))).toHaveLength(1);
});

testAll(["a b", 'a"b', "a$b", "-a"])("%s is no audience", (audience) => {
  expect(faults(ordersWith(`existing: { name: orders-v1, audience: '${audience}' }`))).toHaveLength(1);
});

test("Envoy cannot run in a service that others manage", () => {
  const found = faults(`handshake: shared-issuer\n${ordersWith("existing: { name: orders-v1 }")}`);
  expect(found).toContainEqual(expect.stringMatching(/^services\.orders\.existing {2}got existing with handshake/));
});

testAll([
  ["shop-dev-catalog", "", 1],
  ["shop-dev-catalog", ", project: acme-orders", 0],
  ["shop-dev-catalog", ", region: us-east1", 0],
  ["shop-dev-orders", "", 0],
] as const)("%s%s as an existing service", (name, place, count) => {
  expect(faults(ordersWith(`existing: { name: ${name}${place} }`))).toHaveLength(count);
});

test("an existing service is no other environment's", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}${ordersWith("existing: { name: shop-prod-catalog }")}`,
    "prod.yaml":
      "issuers: { customers: { domainPrefix: prod }, partner: { audiences: [prod] }, workforce: { audiences: [prod] } }",
  };
  expect(problemsOf(files).map(({ path }) => path)).toEqual(["services.orders.existing.name"]);
});

testAll([
  "- { who: gateway, may: { invoke: orders } }",
  "- { who: service orders, mayNot: { readSecrets: clients/batch } }",
])("no stack can keep %s", (expectation) => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}${ordersWith("existing: { name: orders-v1 }")}`,
    "expectations.yaml": `dev:\n  ${expectation}\n`,
  };
  expect(problemsOf(files).map(({ path }) => path)).toHaveLength(1);
  expect(problemsOf({ ...files, "dev.yaml": DEV })).toEqual([]);
});
