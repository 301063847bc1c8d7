import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaSetsText } from "../../../cli/schema-sets";
import { isSecret } from "../../../review/secrets";
import { TYPES } from "../../../review/types";
import { ROOT } from "../../support/places";
import { intentOf } from "../../support/shop";
import { describeTerraform, TerraformStack } from "../../support/terraform-stack";

interface Block {
  readonly attributes?: Readonly<
    Record<string, { readonly type?: unknown; readonly sensitive?: boolean; readonly write_only?: boolean }>
  >;
  readonly block_types?: Readonly<Record<string, { readonly nesting_mode: string; readonly block: Block }>>;
}

interface Schemas {
  readonly provider_schemas: Readonly<
    Record<string, { readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>> }>
  >;
}

/** Paths of every attribute that the schema says this of. */
function paths(
  block: Block,
  found: (attribute: NonNullable<Block["attributes"]>[string]) => boolean,
  at = "",
): string[] {
  const own = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) =>
    found(attribute) ? [`${at}${name}`] : [],
  );
  const inner = Object.entries(block.block_types ?? {}).flatMap(([name, { block: below }]) =>
    paths(below, found, `${at}${name}.`),
  );
  return [...own, ...inner];
}

/** By it the authorizer names whose usage counts: it stands in `main.tf.json`, and nobody can send it. */
const OPENS_NOTHING = "aws_api_gateway_api_key.value";

describeTerraform("what the review knows of types, held against the providers' schemas", () => {
  let schemas: ReadonlyMap<string, Block>;

  beforeAll(() => {
    const { terraform } = TerraformStack.of(intentOf("dev"));
    const { provider_schemas } = terraform.json("providers", "schema", "-json") as Schemas;
    const all = Object.values(provider_schemas).flatMap(({ resource_schemas }) => Object.entries(resource_schemas));
    schemas = new Map(all.map(([type, { block }]) => [type, block]));
  });

  test("what is generated from the schemas is fresh: npm run generate -- --schemas", () => {
    expect(readFileSync(join(ROOT, "review", "types", "schema-sets.json"), "utf8")).toBe(schemaSetsText());
  });

  test("every type is in a schema, and what replaces one is an attribute of it", () => {
    const faults = Object.entries(TYPES).flatMap(([type, { replaces = [] }]) => {
      const block = schemas.get(type);
      if (block === undefined) return [`${type} is in no schema`];
      const names = [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
      return replaces.filter((name) => !names.includes(name)).map((name) => `${type}.${name} is in no schema`);
    });
    expect(faults).toEqual([]);
  });

  test("whatever a schema marks as sensitive or write-only is hidden by its name alone", () => {
    const sensitive = Object.keys(TYPES).flatMap((type) =>
      paths(
        schemas.get(type) as Block,
        (attribute) => attribute.sensitive === true || attribute.write_only === true,
      ).map((path) => `${type}.${path}`),
    );
    expect(sensitive.length).toBeGreaterThan(3);
    expect(sensitive).toContain(OPENS_NOTHING);
    const hidden = sensitive.filter((path) => path !== OPENS_NOTHING);
    expect(hidden.filter((path) => !isSecret(path.split(".").at(-1) ?? "", "value", { within: "" }))).toEqual([]);
  });
});
