import type { Kept } from "./json-reader";
import type { PlanJson, PlannedConfiguration } from "./plan-json";

/** A prior state, planned values, or a state. A module below the root is one item, read as a whole. */
function valuesWith(resource: Kept): Kept {
  return { fields: { root_module: { fields: { resources: { items: resource }, child_modules: { items: "all" } } } } };
}

/** Objects that the review looks up by name only. */
const NAMES: Kept = { fields: {} };

const ROOT_MODULE: Readonly<Record<keyof NonNullable<PlannedConfiguration["root_module"]>, Kept>> = {
  resources: { items: "all" },
  outputs: "all",
  module_calls: NAMES,
  variables: NAMES,
};

const PLAN: Readonly<Record<keyof PlanJson, Kept>> = {
  format_version: "all",
  terraform_version: "all",
  errored: "all",
  applyable: "all",
  complete: "all",
  resource_changes: { items: "all" },
  resource_drift: { items: "all" },
  deferred_changes: "all",
  output_changes: "all",
  prior_state: { fields: { values: valuesWith("all") } },
  configuration: { fields: { provider_config: "all", root_module: { fields: ROOT_MODULE } } },
  checks: "all",
  action_invocations: "all",
};

/**
 * What the review reads of a plan, and of a state, which has `values`. Planned values repeat what the changes contain:
 * a fifth of a plan is checked and not kept.
 */
export const PLAN_PARTS: Kept = {
  fields: { ...PLAN, planned_values: valuesWith("nothing"), values: valuesWith("all") },
};
