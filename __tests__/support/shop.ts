import { join } from "node:path";
import type { LoadResult } from "../../intent/load";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { oncePerWorker } from "./once-per-worker";
import { ROOT } from "./places";

/** The project that the tests use instead of the repository's own config. */
export const SHOP = join(ROOT, "__tests__", "fixtures", "shop");

export const SHOP_CONFIG = join(SHOP, "config");

type Loaded = Extract<LoadResult, { readonly ok: true }>;

/** Its intents and bootstraps, which a test may change. */
function shop(): Loaded {
  return oncePerWorker("shop", () => {
    // Loaded only here, because a worker needs it once, and it loads zod and yaml.
    const { loadIntents } = require("../../intent/load") as typeof import("../../intent/load");
    const result = loadIntents(SHOP_CONFIG);
    if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
    return result;
  });
}

export function intents(): readonly Intent[] {
  return shop().intents;
}

export function intentOf(environment: string): Intent {
  const found = intents().find((candidate) => candidate.environment === environment);
  if (found === undefined) throw new Error(`no environment ${environment}`);
  return found;
}

export function bootstraps(): readonly BootstrapIntent[] {
  return shop().bootstraps;
}

export function bootstrapOf(environment: string): BootstrapIntent {
  const found = bootstraps().find((candidate) => candidate.environment === environment);
  if (found === undefined) throw new Error(`no bootstrap of ${environment}`);
  return found;
}
