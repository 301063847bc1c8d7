import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TYPES } from "../../packages/terraform-access-review/types";
import { withScratchFolder } from "../process/scratch-folder";
import { findTerraform } from "../terraform/binary";
import { terraformFailure } from "../terraform/failure";
import { PROVIDERS } from "../terraform/providers";
import { Terraform } from "../terraform/terraform";

/** A block of a provider's schema, as `terraform providers schema -json` prints it. */
export interface SchemaBlock {
  readonly attributes?: Readonly<Record<string, SchemaAttribute>>;
  readonly block_types?: Readonly<Record<string, { readonly nesting_mode: string; readonly block: SchemaBlock }>>;
}

export interface SchemaAttribute {
  readonly type?: unknown;
  readonly computed?: boolean;
  readonly optional?: boolean;
  readonly required?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
}

interface PrintedSchemas {
  readonly provider_schemas: Readonly<
    Record<string, { readonly resource_schemas: Readonly<Record<string, { readonly block: SchemaBlock }>> }>
  >;
}

/** The schema of each type of both providers. Terraform downloads the providers for it. */
export function providerSchemas(): ReadonlyMap<string, SchemaBlock> {
  return withScratchFolder("schema", (folder) => {
    writeFileSync(join(folder, "providers.tf.json"), JSON.stringify({ terraform: { required_providers: PROVIDERS } }));
    const terraform = new Terraform(findTerraform(), folder);
    const { code, output } = terraform.run("init", "-input=false", "-no-color");
    if (code !== 0) throw terraformFailure("generate", "init", output);
    const { provider_schemas } = terraform.json("providers", "schema", "-json") as PrintedSchemas;
    const types = Object.values(provider_schemas).flatMap(({ resource_schemas }) => Object.entries(resource_schemas));
    return new Map(types.map(([type, { block }]) => [type, block]));
  });
}

/**
 * The text of `packages/terraform-access-review/types/schema-sets.json`. For each type that the review describes, it
 * lists the attributes and blocks whose order has no meaning.
 */
export function schemaSetsText(schemas: ReadonlyMap<string, SchemaBlock>): string {
  const sets = Object.keys(TYPES)
    .sort()
    .map((type) => [type, [...setsIn(schemas.get(type) ?? {})].sort()] as const)
    .filter(([, paths]) => paths.length > 0);
  return `${JSON.stringify(Object.fromEntries(sets), null, 2)}\n`;
}

function setsIn({ attributes = {}, block_types = {} }: SchemaBlock, at = ""): readonly string[] {
  return [
    ...Object.entries(attributes).flatMap(([name, { type }]) =>
      Array.isArray(type) && type[0] === "set" ? [`${at}${name}`] : [],
    ),
    ...Object.entries(block_types).flatMap(([name, { nesting_mode, block }]) => [
      ...(nesting_mode === "set" ? [`${at}${name}`] : []),
      ...setsIn(block, `${at}${name}.`),
    ]),
  ];
}
