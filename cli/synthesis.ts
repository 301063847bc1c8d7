import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Intent } from "../intent/intent";
import { declareStacks } from "../main";
import { authorizerPolicy } from "../stacks/authorizer-policy";
import { policyText } from "../stacks/aws/authorizer-archive";
import { BUILD, OUT, stackFolder } from "./project";
import { reviewText, type TerraformJson } from "./review-text";

export interface SynthesizedEnvironment {
  readonly intent: Intent;
  readonly stack: TerraformJson;
  /** What `synthesized/<environment>/` holds, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

/** Writes `cdktf.out/` for these environments and returns what people review, from the same synthesis. */
export function synthesize(intents: readonly Intent[]): readonly SynthesizedEnvironment[] {
  return intents.map((intent) => {
    const start = performance.now();
    const app = new App({ outdir: OUT });
    declareStacks(app, [intent], BUILD);
    app.synth();
    const stack = JSON.parse(readFileSync(join(stackFolder(intent.environment), "cdk.tf.json"), "utf8"));
    return {
      intent,
      stack,
      files: {
        "authorizer-policy.json": policyText(authorizerPolicy(intent)),
        "main.tf.json": reviewText(stack),
      },
      milliseconds: Math.round(performance.now() - start),
    };
  });
}
