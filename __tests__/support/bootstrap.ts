import { join } from "node:path";
import { Testing } from "cdktf";
import type { BootstrapIntent } from "../../intent/bootstrap-intent";
import { loadIntents } from "../../intent/load";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { Synthesized } from "./stack";

const CONFIG = join(__dirname, "..", "..", "config");

let own: readonly BootstrapIntent[] | undefined;

/** The bootstraps of this repository's own config, for the test to change as it likes. */
export function bootstraps(): readonly BootstrapIntent[] {
  own ??= ownBootstraps();
  return structuredClone(own);
}

function ownBootstraps(): readonly BootstrapIntent[] {
  const loaded = loadIntents(CONFIG);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.bootstraps;
}

export function bootstrapOf(environment: string): BootstrapIntent {
  const found = bootstraps().find((candidate) => candidate.environment === environment);
  if (found === undefined) throw new Error(`no bootstrap of ${environment}`);
  return found;
}

/** The stack of a bootstrap, as JSON. */
export function bootstrapStack(changes: Partial<BootstrapIntent> = {}, environment = "dev"): Synthesized {
  const stack = new BootstrapStack(Testing.app(), { ...bootstrapOf(environment), ...changes });
  return new Synthesized(JSON.parse(Testing.synth(stack)));
}
