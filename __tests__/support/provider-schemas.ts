import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { providerSchemas, type SchemaBlock } from "../../cli/generate/generate";
import { ROOT } from "./places";
import { terraformResult } from "./terraform-results";

/** The schema of each type of both providers. Terraform prints them once per test run, in two seconds of CPU time. */
export function schemasOfProviders(): ReadonlyMap<string, SchemaBlock> {
  const { output } = terraformResult(".", ["schemas of both providers"], [], () => ({
    code: 0,
    output: JSON.stringify([...providerSchemas()]),
  }));
  return new Map(JSON.parse(output));
}

const FILES = ["aws-6.25.0", "google-6.50.0"];

interface StoredSchemas {
  readonly provider_schemas: Readonly<
    Record<string, { readonly resource_schemas: Readonly<Record<string, { readonly block: SchemaBlock }>> }>
  >;
}

/** The same from the files of the stand-ins, without Terraform: all but the web ACL and the rule group of a firewall. */
export function storedSchemas(): ReadonlyMap<string, SchemaBlock> {
  const stored = FILES.map((name): StoredSchemas => {
    const file = join(ROOT, `stand-ins/schemas/${name}.provider-schema.json.gz`);
    return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
  });
  const providers = stored.flatMap(({ provider_schemas }) => Object.values(provider_schemas));
  const types = providers.flatMap(({ resource_schemas }) => Object.entries(resource_schemas));
  return new Map(types.map(([type, { block }]) => [type, block]));
}
