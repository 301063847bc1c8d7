import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { asPatch, jsonSchemaText, variantsOf } from "../../../../intent/schema/json-schema";
import { BASE } from "../../../support/config-folder";
import { SHOP_CONFIG } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(jsonSchemaText()));
const accepts = (text: string) => validate(parse(text)) === true;

testAll(["base", "dev", "staging", "prod", "preview"])("editors accept %s.yaml", (name) => {
  const text = readFileSync(join(SHOP_CONFIG, `${name}.yaml`), "utf8");
  validate(parse(text));
  expect(validate.errors ?? []).toEqual([]);
});

testAll([
  ["a whole config", BASE],
  ["no key at all", "{}"],
  ["null for a whole service", "services: { orders: null }"],
  ["null for one key", "services: { orders: { healthPath: null } }"],
  ["an issuer's key without its kind", "issuers: { customers: { domainPrefix: shop } }"],
  ["a route with only a throttle", "services: { orders: { routes: { POST /orders: { throttle: { burst: 5 } } } } }"],
  [
    "a secret of the newest version, in regions",
    "services: { orders: { secrets: { A: { version: latest, replicas: [europe-west1] } } } }",
  ],
  [
    "a secret of one version, anywhere",
    "services: { orders: { secrets: { A: { version: 1, replicas: automatic } } } }",
  ],
  ["a public route", "services: { orders: { routes: { GET /orders: public } } }"],
])("editors accept %s", (_, text) => {
  expect(accepts(text)).toBe(true);
});

testAll([
  ["an unknown key", "servces: {}"],
  ["an unknown key inside", "services: { orders: { rotues: {} } }"],
  ["a number for text", "aws: { account: 111122223333 }"],
  ["a short account", 'aws: { account: "1111" }'],
  ["an id with capitals", "services: { Orders: {} }"],
  ["an unknown handshake", "handshake: shared"],
  ["a map for a version", "services: { orders: { secrets: { A: { version: {} } } } }"],
  ["no version", "services: { orders: { secrets: { A: { version: 0 } } } }"],
  ["an unknown kind of issuer", "issuers: { customers: { kind: saml } }"],
  ["a retention that CloudWatch does not offer", "logs: { retentionDays: 31 }"],
  ["null in a list", "clients: { web: { scopes: [null] } }"],
  ["a cache time over the limit", "gateway: { authorizerCacheSeconds: 301 }"],
  ["an unknown method", "services: { orders: { routes: { FETCH /orders: public } } }"],
])("editors refuse %s", (_, text) => {
  expect(accepts(text)).toBe(false);
});

test("every key has a description", () => {
  const silent: string[] = [];
  visit(JSON.parse(jsonSchemaText()), "");
  expect(silent).toEqual([]);

  function visit(schema: Record<string, unknown>, path: string): void {
    for (const [key, value] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      if (!value.description) silent.push(`${path}${key}`);
      visit(value, `${path}${key}.`);
    }
    if (typeof schema.additionalProperties === "object") {
      visit(schema.additionalProperties as Record<string, unknown>, `${path}*.`);
    }
    for (const choice of (schema.anyOf ?? []) as Record<string, unknown>[]) visit(choice, path);
  }
});

test("the schema has defaults, examples and patterns", () => {
  const { properties } = JSON.parse(jsonSchemaText());
  expect(properties.recoveryDays).toMatchObject({
    default: 30,
    anyOf: [{ type: "integer", minimum: 0, maximum: 30 }, {}],
  });
  expect(properties.aws.anyOf[0].properties.account).toMatchObject({
    examples: ["111122223333"],
    anyOf: [{ pattern: "^\\d{12}$" }, { type: "null" }],
  });
});

test("a number without a limit in config has none in the schema", () => {
  expect(jsonSchemaText()).not.toContain(String(Number.MAX_SAFE_INTEGER));
});

test("lists are replaced as a whole, so keys inside them stay required", () => {
  const item = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  expect(asPatch({ type: "array", items: item })).toEqual({ type: "array", items: item });
});

test("nested unions become one list of variants", () => {
  expect(variantsOf({ oneOf: [{ const: 1 }, { anyOf: [{ const: 2 }, { const: 3 }] }] })).toEqual([
    { const: 1 },
    { const: 2 },
    { const: 3 },
  ]);
});

test("other schemas have no variants", () => {
  expect(variantsOf({ type: "string" })).toBeUndefined();
});
