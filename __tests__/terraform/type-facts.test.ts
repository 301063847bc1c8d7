import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTerraform } from "../../cli/terraform/binary";
import { Terraform } from "../../cli/terraform/terraform";
import { isSecret } from "../../review/change/secrets";
import { TYPE_FACTS } from "../../review/change/type-facts";

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

const folder = mkdtempSync(join(tmpdir(), "front-door-schemas-"));
let schemas: ReadonlyMap<string, Block>;

beforeAll(() => {
  const providers = {
    aws: { source: "hashicorp/aws", version: "6.25.0" },
    google: { source: "hashicorp/google", version: "6.50.0" },
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
  const terraform = new Terraform(findTerraform(), folder);
  expect(terraform.run("init", "-input=false", "-no-color")).toMatchObject({ code: 0 });
  const { provider_schemas } = terraform.json("providers", "schema", "-json") as Schemas;
  const all = Object.values(provider_schemas).flatMap(({ resource_schemas }) => Object.entries(resource_schemas));
  schemas = new Map(all.map(([type, { block }]) => [type, block]));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Paths of everything that the schema says this of. */
function paths(
  block: Block,
  found: (attribute: NonNullable<Block["attributes"]>[string]) => boolean,
  nesting?: string,
  at = "",
): string[] {
  const own = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) =>
    found(attribute) ? [`${at}${name}`] : [],
  );
  const inner = Object.entries(block.block_types ?? {}).flatMap(([name, { nesting_mode, block: below }]) => [
    ...(nesting_mode === nesting ? [`${at}${name}`] : []),
    ...paths(below, found, nesting, `${at}${name}.`),
  ]);
  return [...own, ...inner];
}

const isSet = ({ type }: { readonly type?: unknown }) => Array.isArray(type) && type[0] === "set";

test.each(Object.keys(TYPE_FACTS))(
  "%s: its sets are the schema's, and what forces a new one is an attribute of it",
  (type) => {
    const block = schemas.get(type) as Block;
    expect([...(TYPE_FACTS[type]?.sets ?? [])].sort()).toEqual(paths(block, isSet, "set").sort());
    const names = [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
    expect(TYPE_FACTS[type]?.forces.filter((name) => !names.includes(name))).toEqual([]);
  },
);

/** By it the authorizer names whose usage counts: it stands in `main.tf.json`, and nobody can send it. */
const OPENS_NOTHING = "aws_api_gateway_api_key.value";

test("whatever a schema marks as sensitive or write-only is hidden by its name alone", () => {
  const sensitive = Object.keys(TYPE_FACTS).flatMap((type) =>
    paths(schemas.get(type) as Block, (attribute) => attribute.sensitive === true || attribute.write_only === true).map(
      (path) => `${type}.${path}`,
    ),
  );
  expect(sensitive.length).toBeGreaterThan(3);
  expect(sensitive).toContain(OPENS_NOTHING);
  const hidden = sensitive.filter((path) => path !== OPENS_NOTHING);
  expect(hidden.filter((path) => !isSecret(path.split(".").at(-1) ?? "", "value", { within: "" }))).toEqual([]);
});
