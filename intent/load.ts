import { bootstrapsOf } from "./bootstrap";
import type { BootstrapIntent } from "./bootstrap-intent";
import { buildIntent } from "./build";
import type { ByEnvironment } from "./by-environment";
import type { Intent } from "./intent";
import { judge } from "./judge";
import { placed } from "./placed";
import { compareProblems, type Problem } from "./problem";
import { type EnvironmentConfig, readConfig } from "./read-config";
import type { AllowancesConfig } from "./schema/allowances";
import type { ImportsConfig } from "./schema/imports";

export type LoadResult =
  | { readonly ok: true; readonly intents: readonly Intent[]; readonly bootstraps: readonly BootstrapIntent[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Whether syntax and schema found these, so that no rule has looked yet. */
      readonly rulesWait: boolean;
    };

/**
 * Reads every environment of a folder, and what lets a pipeline into them, and checks them all together, so that a broken
 * `prod.yaml` stops `dev` too. The intents come sorted by environment. Problems come in two phases: all of syntax and
 * schema, and when there are none all of the rules.
 */
export function loadIntents(configDir: string): LoadResult {
  const { problems, environments, bootstrap, allowances, imports } = readConfig(configDir);
  if (problems.length > 0) return { ok: false, problems: [...problems].sort(compareProblems), rulesWait: true };
  const byRules = judge(environments, bootstrap);
  if (byRules.length > 0) return { ok: false, problems: [...byRules].sort(compareProblems), rulesWait: false };
  const intents = environments.map((environment) => intentOf(environment, allowances, imports));
  return { ok: true, intents, bootstraps: bootstrap === undefined ? [] : bootstrapsOf(bootstrap, intents) };
}

function intentOf(
  { name, config }: EnvironmentConfig,
  allowances: ByEnvironment<AllowancesConfig[string]>,
  imports: ByEnvironment<ImportsConfig[string]>,
): Intent {
  const allowed = allowances.tree ? placed(allowances.of(name) ?? [], allowances.tree, [name]) : [];
  return buildIntent(name, config, {
    allowances: allowed.filter((entry) => "rule" in entry),
    expectedChanges: allowed.filter((entry) => "change" in entry),
    imports: Object.entries(imports.of(name) ?? {}).map(([address, id]) => ({ address, id })),
  });
}
