import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { accessLedger, accessMarkdown } from "../../packages/terraform-access-review/access/ledger";
import { NOTHING } from "../../packages/terraform-access-review/model/state";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { counting } from "../process/progress";
import type { Draft } from "./draft";
import { reviewText, type TerraformJson } from "./review-text";
import { eachStack, synthesizeStrictly } from "./strict-app";

export interface SynthesizedBootstrap {
  readonly bootstrap: BootstrapIntent;
  readonly stack: TerraformJson;
  /** Contents of `synthesized/bootstrap-<environment>/`, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

/** Like the environments' own stacks, but without functions and so without a policy. */
export function synthesizeBootstraps(
  bootstraps: readonly BootstrapIntent[],
  draft: Draft,
): readonly SynthesizedBootstrap[] {
  const next = counting(`synthesizing ${bootstraps.map(({ stack }) => stack).join(", ")}`, bootstraps.length);
  return eachStack(bootstraps, (bootstrap) => {
    next();
    const start = performance.now();
    synthesizeStrictly([], [bootstrap], draft);
    const stack = JSON.parse(readFileSync(join(draft.out, "stacks", bootstrap.stack, "cdk.tf.json"), "utf8"));
    return {
      bootstrap,
      stack,
      files: bootstrapFiles(bootstrap, stack),
      milliseconds: Math.round(performance.now() - start),
    };
  });
}

/** The files that people review, by name. */
export function bootstrapFiles(
  bootstrap: BootstrapIntent,
  stack: StackJson & TerraformJson,
): Readonly<Record<string, string>> {
  return {
    "access.md": accessMarkdown(bootstrap.stack, accessLedger(stack, NOTHING.policy)),
    "main.tf.json": reviewText(stack),
  };
}
