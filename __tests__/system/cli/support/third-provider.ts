import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { mirror } from "../../../support/running-providers";

/** The third provider, and its path in a mirror. */
export const RANDOM = "hashicorp/random@3.7.2";
const PACKAGE = "registry.terraform.io/hashicorp/random/3.7.2/linux_amd64";
export const PROGRAM = join(PACKAGE, "terraform-provider-random_v3.7.2");

const SCHEMA = {
  provider_schemas: {
    "registry.terraform.io/hashicorp/random": {
      provider: { version: 0, block: {} },
      resource_schemas: {
        random_pet: {
          version: 0,
          block: {
            attributes: { id: { type: "string", computed: true }, length: { type: "number", optional: true } },
          },
        },
      },
    },
  },
};

/**
 * The stand-in providers with a third one, which is the same program with another schema.
 *
 * @returns the folder, in the layout of `terraform providers mirror`
 */
export function mirrorWithRandom(folder: string): string {
  const copy = join(folder, "mirror");
  cpSync(mirror(), copy, { recursive: true });
  const aws = readFileSync(
    join(copy, "registry.terraform.io/hashicorp/aws/6.25.0/linux_amd64/terraform-provider-aws_v6.25.0"),
    "utf8",
  );
  const [, standIn = ""] = /^exec '([^']+)'/m.exec(aws) ?? [];
  const home = join(folder, "random");
  mkdirSync(home);
  cpSync(standIn, join(home, "terraform-provider-random"));
  writeFileSync(join(home, "schema.json.gz"), gzipSync(JSON.stringify(SCHEMA)));
  mkdirSync(join(copy, PACKAGE), { recursive: true });
  writeFileSync(join(copy, PROGRAM), `#!/bin/sh\nexec '${join(home, "terraform-provider-random")}'\n`, { mode: 0o700 });
  return copy;
}

/** A Terraform configuration that installs providers only from this mirror. */
export function takingFrom(folder: string, mirrored: string): string {
  const path = join(folder, "mirror.tfrc");
  writeFileSync(
    path,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirrored)}\n  }\n}\n`,
  );
  return path;
}

/** A `main.ts` with one resource of the third provider, as generated classes declare it. */
export const MAIN_WITH_RANDOM = `import { TerraformProvider, TerraformResource } from "cdktf";
import { frontDoor } from "cloud-front-door";

class Random extends TerraformProvider {}
const terraformGeneratorMetadata = { providerName: "random", providerVersion: "3.7.2" };

export default frontDoor({
  extend: (stack) => {
    new Random(stack, "random", {
      terraformResourceType: "random",
      terraformProviderSource: "hashicorp/random",
      terraformGeneratorMetadata,
    });
    new TerraformResource(stack, "pet", { terraformResourceType: "random_pet", terraformGeneratorMetadata });
  },
});
`;

/** Changes the bytes of an installed or mirrored provider, but not its behaviour. */
export function tamper(folder: string): void {
  appendFileSync(join(folder, PROGRAM), "# changed\n");
}
