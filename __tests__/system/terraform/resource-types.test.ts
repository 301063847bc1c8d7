import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type SchemaAttribute, type SchemaBlock, schemaSetsText } from "../../../cli/generate/schema-sets";
import { isSecret } from "../../../packages/terraform-access-review/terraform-json/secrets";
import { TYPES } from "../../../packages/terraform-access-review/types";
import { ROOT } from "../../support/places";
import { schemasOfProviders } from "../../support/provider-schemas";
import { describeTerraform } from "../../support/terraform-stack";

/** Paths of every attribute for which this holds in the schema. */
function paths(block: SchemaBlock, found: (attribute: SchemaAttribute) => boolean, at = ""): string[] {
  const own = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) =>
    found(attribute) ? [`${at}${name}`] : [],
  );
  const inner = Object.entries(block.block_types ?? {}).flatMap(([name, { block: below }]) =>
    paths(below, found, `${at}${name}.`),
  );
  return [...own, ...inner];
}

/** The authorizer uses it to name the caller whose usage counts. It is in `main.tf.json`, and no caller can send it. */
const OPENS_NOTHING = "aws_api_gateway_api_key.value";

describeTerraform("the review's types, compared with the providers' schemas", () => {
  let schemas: ReadonlyMap<string, SchemaBlock>;

  beforeAll(() => {
    schemas = schemasOfProviders();
  });

  test("the file that is generated from the schemas is current: npm run generate -- --schemas", () => {
    expect(readFileSync(join(ROOT, "packages/terraform-access-review/types/schema-sets.json"), "utf8")).toBe(
      schemaSetsText(schemas),
    );
  });

  test("every type is in a schema, and the attributes that replace it are attributes of the type", () => {
    const faults = Object.entries(TYPES).flatMap(([type, { replaces = [] }]) => {
      const block = schemas.get(type);
      if (block === undefined) return [`${type} is in no schema`];
      const names = [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
      return replaces.filter((name) => !names.includes(name)).map((name) => `${type}.${name} is in no schema`);
    });
    expect(faults).toEqual([]);
  });

  test("every attribute that a schema marks as sensitive or write-only is hidden by its name alone", () => {
    const sensitive = Object.keys(TYPES).flatMap((type) =>
      paths(
        schemas.get(type) as SchemaBlock,
        (attribute) => attribute.sensitive === true || attribute.write_only === true,
      ).map((path) => `${type}.${path}`),
    );
    expect(sensitive.length).toBeGreaterThan(3);
    expect(sensitive).toContain(OPENS_NOTHING);
    const hidden = sensitive.filter((path) => path !== OPENS_NOTHING);
    expect(hidden.filter((path) => !isSecret(path.split(".").at(-1) ?? "", "value", { within: "" }))).toEqual([]);
  });
});
