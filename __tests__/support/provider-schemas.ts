import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type PrintedSchemas, printedSchemas, resourceSchemas, type SchemaBlock } from "../../cli/generate/schemas";
import { PROVIDERS } from "../../cli/terraform/providers";
import { ROOT } from "./places";
import { terraformResult } from "./terraform-results";

/** What Terraform prints about both providers: once per test run, in two seconds of CPU time. */
export function schemasAsPrinted(): PrintedSchemas {
  const { output } = terraformResult(".", ["schemas of both providers"], [], () => ({
    code: 0,
    output: JSON.stringify(printedSchemas(PROVIDERS)),
  }));
  return JSON.parse(output);
}

/** The schema of each type of both providers. */
export function schemasOfProviders(): ReadonlyMap<string, SchemaBlock> {
  return resourceSchemas(schemasAsPrinted());
}

const FILES = Object.entries(PROVIDERS).map(([name, { version }]) => `${name}-${version}`);

/** The same from the files of the stand-ins, without Terraform: all but the web ACL and the rule group of a firewall. */
export function storedSchemas(): ReadonlyMap<string, SchemaBlock> {
  const stored = FILES.map((name): PrintedSchemas => {
    const file = join(ROOT, `stand-ins/schemas/${name}.provider-schema.json.gz`);
    return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
  });
  return new Map(stored.flatMap((each) => [...resourceSchemas(each)]));
}
