import type { Intent } from "../../intent/model/intent";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { oncePerWorker } from "./once-per-worker";
import { bootstrapOf, bootstraps, intentOf, intents } from "./shop";
import { bootstrapStackOf, sourcesOf, stackOf } from "./stack";

type Files = Readonly<Record<string, string>>;

/** The environments of the shop, and its bootstrap stacks. */
export function synthesizedNames(): readonly string[] {
  return [...bootstraps().map(({ stack }) => stack), ...intents().map(({ environment }) => environment)].sort();
}

/**
 * Returns what `synth` would write for a stack of the shop, by file name, with stand-ins for the functions' bundles.
 */
export function synthesizedFiles(stack: string): Files {
  return oncePerWorker(`synthesized ${stack}`, () => filesOf(stack));
}

function filesOf(stack: string): Files {
  const { bootstrapFiles, environmentFiles } =
    require("../../cli/synthesis/synthesis") as typeof import("../../cli/synthesis/synthesis");
  const environment = stack.replace(/^bootstrap-/, "");
  if (environment !== stack) {
    return bootstrapFiles(bootstrapOf(environment), bootstrapStackOf(bootstrapOf(environment)).json);
  }
  return environmentFiles(intentOf(stack), stackOf(intentOf(stack)).json, sourcesOf(intentOf(stack)));
}

/** What `synth` would write for an environment, as the review reads it; made once per worker. */
export function synthesizedStateOf(intent: Intent): SynthesizedState {
  return oncePerWorker(`synthesized state ${JSON.stringify(intent)}`, () => {
    const { environmentFiles } =
      require("../../cli/synthesis/synthesis") as typeof import("../../cli/synthesis/synthesis");
    return readFrom(environmentFiles(intent, stackOf(intent).json));
  });
}

export function synthesizedFile(stack: string, name: string): string {
  const text = synthesizedFiles(stack)[name];
  if (text === undefined) throw new Error(`a synthesis of ${stack} writes no ${name}`);
  return text;
}

/** The same as the review reads it. */
export function synthesizedState(stack: string): SynthesizedState {
  return readFrom(synthesizedFiles(stack));
}

function readFrom(files: Files): SynthesizedState {
  const [policy, envoy] = [files["authorizer-policy.json"], files["envoy-policy.json"]];
  return {
    stack: JSON.parse(files["main.tf.json"] ?? ""),
    ...(policy !== undefined && { policy: JSON.parse(policy) }),
    ...(envoy !== undefined && { envoy: JSON.parse(envoy) }),
  };
}
