import { NOTHING, type SynthesizedState } from "../model/state";
import { isFields, type StackJson } from "../terraform-json/stack-json";
import { writtenOf } from "../types";
import { Deployed } from "./deployed";
import { ownConfiguration, withDefaults } from "./own-configuration";
import type { PlanJson } from "./plan-json";
import { PlanError, planIn, readParts, type Source } from "./read";

/**
 * The stack in a file: for a plan, the planned result; for a state, what Terraform has created.
 *
 * @param source what `terraform show -json` prints of either
 * @param head the stack to compare with: a state does not record which of its values the configuration set, and which
 * names of other objects were references
 */
export function readState(source: Source, head: SynthesizedState): SynthesizedState {
  const parts = readParts(source);
  const state = stateIn(parts);
  if (state === undefined) return ownConfiguration(planIn(parts));
  const { stack } = new Deployed(state, head.stack, [], NOTHING.stack);
  const resource = Object.entries(stack.resource).map(([type, named]) => {
    const isWritten = settable(type, head.stack);
    const bodies = Object.entries(named).map(([name, body]) => [
      name,
      Object.fromEntries(Object.entries(body).filter(([argument]) => isWritten(argument))),
    ]);
    return [type, Object.fromEntries(bodies)];
  });
  return { stack: withDefaults({ ...stack, resource: Object.fromEntries(resource) }), isPolicyUnread: true };
}

/** Whether a configuration can set an argument, instead of only the provider. Unknown for an unknown type. */
function settable(type: string, { resource }: StackJson): (argument: string) => boolean {
  const described = writtenOf(type).arguments.map((path) => path.split(".")[0]);
  const declared = Object.values(resource[type] ?? {}).flatMap((body) => Object.keys(body));
  const known = new Set([...described, ...declared]);
  return (argument) => known.size === 0 || known.has(argument);
}

/** A state in the form in which a plan contains one. A state file (`terraform.tfstate`) has another format. */
function stateIn(parts: unknown): PlanJson | undefined {
  if (!isFields(parts) || "resource_changes" in parts || "configuration" in parts) return undefined;
  if (typeof parts.format_version !== "string" || !("terraform_version" in parts)) return undefined;
  if (!/^1\.\d+$/.test(parts.format_version)) {
    throw new PlanError(`a state of format_version ${parts.format_version}`, "make it with Terraform 1.0 or newer");
  }
  return { format_version: parts.format_version, prior_state: { values: parts.values } };
}
