import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { READ_AS_WELL, TYPES } from "../../packages/terraform-access-review/types";
import { say } from "../process/progress";
import { PACKAGE } from "../process/project";
import { withScratchFolder } from "../process/scratch-folder";
import { isFresh } from "../process/write-files";
import { commandTerraform } from "../terraform/binary";
import { terraformFailure } from "../terraform/failure";
import type { Providers } from "../terraform/providers";
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
  readonly deprecated?: boolean;
  readonly write_only?: boolean;
}

type TypeSchemas = Readonly<Record<string, { readonly block: SchemaBlock }>>;

/** The schemas of one provider, by kind: `resource_schemas`, `data_source_schemas`, `ephemeral_resource_schemas`. */
type ProviderSchemas = Readonly<Record<string, TypeSchemas>>;

export interface PrintedSchemas {
  readonly provider_schemas: Readonly<Record<string, ProviderSchemas>>;
}

/** The schemas of both providers in these versions. Terraform downloads the providers for it. */
export function printedSchemas(providers: Providers): PrintedSchemas {
  return withScratchFolder("schema", (folder) => {
    writeFileSync(join(folder, "providers.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
    const terraform = new Terraform(commandTerraform(), folder);
    say("fetching the providers (terraform init), to read their schemas; the first time takes minutes");
    const { code, output } = terraform.run("init", "-input=false", "-no-color");
    if (code !== 0) throw terraformFailure("generate", "init", output);
    return terraform.json("providers", "schema", "-json") as PrintedSchemas;
  });
}

/** The schema of each resource type of both providers. */
export function resourceSchemas({ provider_schemas }: PrintedSchemas): ReadonlyMap<string, SchemaBlock> {
  const types = Object.values(provider_schemas).flatMap((each) => Object.entries(each.resource_schemas ?? {}));
  return new Map(types.map(([type, { block }]) => [type, block]));
}

/**
 * The text of `packages/terraform-access-review/types/schemas.json`: for each type that the review reads, all arguments,
 * attributes and blocks, and the paths of those whose order has no meaning.
 */
function schemaTableText(schemas: ReadonlyMap<string, SchemaBlock>, providers: Providers): string {
  const versions = Object.fromEntries(Object.entries(providers).map(([name, { version }]) => [name, version]));
  const types = Object.keys(TYPES).sort();
  const alike = READ_AS_WELL.map((pattern): readonly [string, Fields] => [
    pattern.source,
    Object.assign({}, ...[...schemas].filter(([type]) => pattern.test(type)).map(([, block]) => fieldsIn(block))),
  ]);
  const fields = [...types.map((type) => [type, fieldsIn(schemas.get(type) ?? {})] as const), ...alike];
  const sets = types.map((type) => [type, setsIn(schemas.get(type) ?? {}).sort()] as const);
  const lines = (rows: readonly (readonly [key: string, value: object])[]) =>
    rows.map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n");
  return `{
  "versions": ${JSON.stringify(versions)},
  "fields": {
${lines(fields)}
  },
  "sets": {
${lines(sets.filter(([, paths]) => paths.length > 0))}
  }
}
`;
}

/** `"*"` has any fields: a map, or a block that contains itself. */
type Fields = { readonly [name: string]: Fields | 1 | "*" };

function fieldsIn({ attributes = {}, block_types = {} }: SchemaBlock, within: readonly string[] = []): Fields {
  const entries = [
    ...Object.entries(attributes).map(([name, { type }]) => [name, fieldsOfType(type)] as const),
    ...Object.entries(block_types).map(
      ([name, { block }]) => [name, within.includes(name) ? "*" : fieldsIn(block, [...within, name])] as const,
    ),
  ];
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** @param type in Terraform's notation: `"string"`, `["set", "string"]`, `["list", ["object", { … }]]` */
function fieldsOfType(type: unknown): Fields[string] {
  if (!Array.isArray(type)) return 1;
  const [kind, inner] = type;
  if (kind === "map") return "*";
  if (kind !== "object") return fieldsOfType(inner);
  return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, fieldsOfType(each)]));
}

function setsIn({ attributes = {}, block_types = {} }: SchemaBlock, at = ""): string[] {
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

const STORED = join(PACKAGE, "stand-ins", "schemas");
const ENDING = ".provider-schema.json.gz";

/** Types that contain themselves, so that their schemas have megabytes. `stand-ins/schema/` describes them. */
const RECURSIVE: readonly string[] = ["aws_wafv2_web_acl", "aws_wafv2_rule_group"];

/**
 * The schemas as the stand-in providers serve them, by their file in `stand-ins/schemas/`: without prose, and without what
 * `stand-ins/schema/` describes.
 */
function storedSchemas(
  { provider_schemas }: PrintedSchemas,
  providers: Providers,
): ReadonlyMap<string, PrintedSchemas> {
  return new Map(
    Object.entries(provider_schemas).map(([address, kinds]) => {
      const name = address.split("/").at(-1) ?? "";
      const stored = Object.entries(kinds).flatMap(([kind, types]) => {
        if (!/^(resource|data_source|ephemeral_resource)_schemas$/.test(kind)) return [];
        const kept = Object.entries(types).filter(([type]) => !RECURSIVE.includes(type));
        return [[kind, Object.fromEntries(kept.map(([type, schema]) => [type, withoutProse(schema)]))] as const];
      });
      return [
        `${name}-${providers[name]?.version}${ENDING}`,
        { provider_schemas: { [address]: Object.fromEntries(stored) } },
      ];
    }),
  );
}

/** A schema without descriptions. An attribute may itself be called `description`. */
function withoutProse<T extends object>(schema: T): T {
  const { description: _, description_kind: __, ...kept } = schema as Record<string, unknown>;
  for (const named of ["attributes", "block_types"]) {
    const inner = kept[named] as Readonly<Record<string, object>> | undefined;
    if (inner !== undefined)
      kept[named] = Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, withoutProse(each)]));
  }
  if (typeof kept.block === "object") kept.block = withoutProse(kept.block as object);
  return kept as T;
}

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  /** Stored with gzip. Its content counts, not its bytes, which depend on the version of zlib. */
  readonly zipped?: true;
}

/** Every file made from the providers' schemas, and the stored schemas of other versions, which they replace. */
export function schemaFiles(
  providers: Providers,
  printed: PrintedSchemas,
): { readonly files: readonly GeneratedFile[]; readonly obsolete: readonly string[] } {
  const stored = [...storedSchemas(printed, providers)].map(([name, schemas]) => ({
    path: join(STORED, name),
    text: JSON.stringify(schemas),
    zipped: true as const,
  }));
  const paths = readdirSync(STORED)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(STORED, name));
  return {
    files: [
      {
        path: join(PACKAGE, "packages/terraform-access-review/types/schemas.json"),
        text: schemaTableText(resourceSchemas(printed), providers),
      },
      ...stored,
    ],
    obsolete: paths.filter((path) => stored.every((each) => each.path !== path)),
  };
}

export function isCurrent({ path, text, zipped }: GeneratedFile): boolean {
  return zipped ? existsSync(path) && gunzipSync(readFileSync(path)).toString() === text : isFresh(path, text);
}
