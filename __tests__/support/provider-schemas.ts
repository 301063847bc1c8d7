import { providerSchemas, type SchemaBlock } from "../../cli/generate/generate";
import { terraformResult } from "./terraform-results";

/** The schema of each type of both providers. Terraform prints them once per test run, in two seconds of CPU time. */
export function schemasOfProviders(): ReadonlyMap<string, SchemaBlock> {
  const { output } = terraformResult(".", ["schemas of both providers"], [], () => ({
    code: 0,
    output: JSON.stringify([...providerSchemas()]),
  }));
  return new Map(JSON.parse(output));
}
