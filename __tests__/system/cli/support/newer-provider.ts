import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { PrintedSchemas } from "../../../../cli/generate/schemas";
import { PROVIDERS } from "../../../../cli/terraform/providers";
import { mirror } from "../../../support/running-providers";

export const NEWER = "6.31.0";
export const NEWER_AWS = `hashicorp/aws@${NEWER}`;

// biome-ignore lint/suspicious/noExplicitAny: a schema as JSON, to be changed
type Schemas = any;

/**
 * What a newer minor version may do: `trigger_url` and `mode` are new, `memory_size` is now called `memory_mb`, `timeout` is
 * deprecated.
 */
function renewed({ provider_schemas }: Schemas): void {
  const types = Object.values<Schemas>(provider_schemas)[0].resource_schemas;
  const { attributes } = types.aws_lambda_function.block;
  attributes.trigger_url = { type: "string", optional: true };
  attributes.memory_mb = attributes.memory_size;
  delete attributes.memory_size;
  attributes.timeout.deprecated = true;
  types.aws_iam_role.block.attributes.mode = { type: "string", optional: true, computed: true };
}

/** The program that stands in for a provider, in a folder with its schema. */
function standIn(name: string): string {
  const { source, version } = PROVIDERS[name] ?? { source: "", version: "" };
  const script = join(mirror(), `registry.terraform.io/${source}/${version}/linux_amd64`, programOf(name, version));
  return /^exec '([^']+)'/m.exec(readFileSync(script, "utf8"))?.[1] ?? "";
}

const programOf = (name: string, version: string) => `terraform-provider-${name}_v${version}`;

/**
 * The stand-in providers with a newer version of AWS's.
 *
 * @returns the folder, in the layout of `terraform providers mirror`, and the newer version's schema
 */
export function mirrorWithNewerAws(folder: string): { readonly mirrored: string; readonly schemas: PrintedSchemas } {
  const mirrored = join(folder, "mirror");
  cpSync(mirror(), mirrored, { recursive: true });
  const program = standIn("aws");
  const home = join(folder, "newer", "aws");
  cpSync(dirname(program), home, { recursive: true });
  const schema = join(home, "schema.json.gz");
  const schemas = JSON.parse(gunzipSync(readFileSync(schema)).toString());
  renewed(schemas);
  writeFileSync(schema, gzipSync(JSON.stringify(schemas)));
  const installed = join(mirrored, `registry.terraform.io/hashicorp/aws/${NEWER}/linux_amd64`);
  mkdirSync(installed, { recursive: true });
  const start = `#!/bin/sh\nexec '${join(home, "terraform-provider-aws")}'\n`;
  writeFileSync(join(installed, programOf("aws", NEWER)), start, { mode: 0o700 });
  return { mirrored, schemas };
}

/** A `main.ts` that follows the rename, and sets the new argument. */
export const MAIN_WITH_NEWER = `import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { frontDoor } from "cloud-front-door";

export default frontDoor({
  extend: (stack) => {
    for (const each of stack.node.findAll()) {
      if (!(each instanceof LambdaFunction)) continue;
      each.addOverride("memory_mb", each.memorySizeInput);
      each.addOverride("memory_size", undefined);
      each.addOverride("trigger_url", "https://hooks.example.com/run");
    }
  },
});
`;
