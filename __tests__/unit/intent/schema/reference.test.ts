import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { configSchema } from "../../../../intent/schema/config";
import { type Json, variantsOf } from "../../../../intent/schema/json-schema";
import { OPTIONAL_FILES } from "../../../../intent/schema/optional-files";
import { ADVANCED_PAGE, CONFIG_PAGE, OPTIONAL_FILES_PAGE, referenceOf } from "../../../../intent/schema/reference";
import type { Path } from "../../../../intent/source/located";
import { problemsOf } from "../../../support/config-folder";
import { ROOT } from "../../../support/places";
import { testAll } from "../../../support/test-all";

const SCHEMAS = { dev: configSchema, ...OPTIONAL_FILES };

/** Every path of a schema, with `x` for what people name, 0 for an item, and an unknown key below each. */
function pathsOf(schema: Json, path: Path = []): readonly Path[] {
  const { properties = {}, additionalProperties, items } = schema;
  const steps = [
    ...Object.entries(properties as Readonly<Record<string, Json>>),
    ["x", additionalProperties] as const,
    [0, items] as const,
  ];
  const below = steps.flatMap(([step, inner]) =>
    typeof inner === "object" && inner !== null ? pathsOf(inner as Json, [...path, step]) : [],
  );
  return [
    path,
    [...path, "unknown"],
    ...below,
    ...(variantsOf(schema) ?? []).flatMap((variant) => pathsOf(variant, path)),
  ];
}

const PRINTED = Object.entries(SCHEMAS).flatMap(([name, schema]) =>
  pathsOf(z.toJSONSchema(schema as z.ZodType, { io: "input" }) as Json).flatMap(
    (path) => referenceOf(`config/${name}.yaml`, path) ?? [],
  ),
);

test("the addresses that errors can print are exactly the anchors of the three pages", () => {
  const anchors = [CONFIG_PAGE, ADVANCED_PAGE, OPTIONAL_FILES_PAGE].flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/^<a id="(.+)"><\/a>$/gm)].map(([, id]) => `${page}#${id}`),
  );
  expect(anchors.length).toBeGreaterThan(200);
  expect(new Set(anchors).size).toBe(anchors.length);
  expect([...new Set(PRINTED)].sort()).toEqual([...anchors].sort());
});

testAll([
  ["config/prod.yaml", ["services", "orders", "scaling", "max"], `${CONFIG_PAGE}#services.scaling.max`],
  ["config/base.yaml", ["services", "orders"], `${CONFIG_PAGE}#services`],
  [
    "config/base.yaml",
    ["services", "orders", "routes", "GET /orders", "scopes", 0, "allOf", 1],
    `${ADVANCED_PAGE}#services.routes.scopes.allOf`,
  ],
  ["config/base.yaml", ["issuers", "partner", "domainPrefix"], `${CONFIG_PAGE}#issuers.domainPrefix`],
  ["config/base.yaml", ["gateway", "cors", "orgins"], `${CONFIG_PAGE}#gateway.cors`],
  ["config/base.yaml", ["gateway", "constructor"], `${CONFIG_PAGE}#gateway`],
  ["config/base.yaml", ["gatway"], undefined],
  ["config/base.yaml", [], undefined],
  ["config/expectations.yaml", ["all", 0, "may", "call"], `${OPTIONAL_FILES_PAGE}#expectations.may.call`],
  ["config/allowances.yaml", ["dev", 3], `${OPTIONAL_FILES_PAGE}#allowances`],
  ["config/imports.yaml", ["dev", "aws_cognito_user_pool.a"], `${OPTIONAL_FILES_PAGE}#imports`],
  ["config/bootstrap.yaml", ["environments", "dev", "state"], `${OPTIONAL_FILES_PAGE}#bootstrap.environments.state`],
  ["config/openapi/orders.yaml", ["tags", 0], undefined],
])("in %s, %j has the address %s", (file, path, address) => {
  expect(referenceOf(file, path)).toBe(address);
});

test("a problem has the address of its key, one of the whole file has none", () => {
  const problems = problemsOf({ "base.yaml": "aws: 5\n", "dev.yaml": "" });
  expect(problems.map(({ file, path, reference }) => [file, path, reference])).toEqual([
    ["config/base.yaml", "aws", `${CONFIG_PAGE}#aws`],
    ["config/dev.yaml", "", undefined],
  ]);
});
