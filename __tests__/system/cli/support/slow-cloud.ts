import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mirror } from "../../../support/running-providers";

/**
 * Returns variables that make Terraform use slow providers while SLOW_CLOUD is set: they run for some milliseconds in
 * each third of a second, so that a signal comes between two resources of an apply. While the project has a file
 * `stuck` they hang, as in a call that a cloud does not answer.
 */
export function slowCloud(folder: string, terraform: string): NodeJS.ProcessEnv {
  for (const name of readdirSync(mirror(), { recursive: true, encoding: "utf8" })) {
    if (!/terraform-provider-[^/]+$/.test(name)) continue;
    const path = join(folder, "slow-providers", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, provider(join(mirror(), name), join(folder, "stuck")), { mode: 0o700 });
  }
  const config = join(folder, "slow-cloud.tfrc");
  const path = JSON.stringify(join(folder, "slow-providers"));
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${path}\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: config, TERRAFORM_BINARY_NAME: terraform, TF_CLI_ARGS_apply: "-parallelism=2" };
}

/** A provider with a second process that stops and resumes it, and that ends with it. */
function provider(real: string, stuck: string): string {
  return `#!/bin/sh
slow() {
  exec >/dev/null 2>&1 </dev/null # Terraform reads the provider's output to its end
  trap '' INT
  while kill -STOP $$; do
    sleep 0.3
    while [ -e ${stuck} ] && kill -0 $$; do sleep 0.1; done
    kill -CONT $$
    sleep 0.02
  done
}
[ -z "$SLOW_CLOUD" ] || slow &
exec ${real}
`;
}
