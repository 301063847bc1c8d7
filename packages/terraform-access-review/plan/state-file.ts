import { NOTHING, type SynthesizedState } from "../change/state";
import type { StackJson } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import { Deployed } from "./deployed";
import { ownConfiguration, withDefaults } from "./own-configuration";
import type { PlanJson } from "./plan-json";
import { PlanError, readPlan } from "./read";
import { isFields } from "./shape";

/**
 * What a file says is there: a plan what it would lead to, a state what Terraform has made.
 *
 * @param text what `terraform show -json` prints of either
 * @param head what it is compared with: a state does not say which of its values were written in the configuration, and which names of
 * other objects were references
 */
export function readState(text: string, head: SynthesizedState): SynthesizedState {
  const state = stateIn(text);
  if (state === undefined) return ownConfiguration(readPlan(text));
  const { stack } = new Deployed(state, head.stack, [], NOTHING.stack);
  const resource = Object.entries(stack.resource).map(([type, named]) => {
    const isWritten = writtenOf(type, head.stack);
    const bodies = Object.entries(named).map(([name, body]) => [
      name,
      Object.fromEntries(Object.entries(body).filter(([argument]) => isWritten(argument))),
    ]);
    return [type, Object.fromEntries(bodies)];
  });
  return { stack: withDefaults({ ...stack, resource: Object.fromEntries(resource) }), isPolicyUnread: true };
}

/** Whether an argument may be written, and is not worked out by the provider alone: for an unknown type this is not known. */
function writtenOf(type: string, { resource }: StackJson): (argument: string) => boolean {
  const described = typeOf(type).writes.map((path) => path.split(".")[0]);
  const declared = Object.values(resource[type] ?? {}).flatMap((body) => Object.keys(body));
  const known = new Set([...described, ...declared]);
  return (argument) => known.size === 0 || known.has(argument);
}

/** A state as the part of a plan that holds one. A state file itself (`terraform.tfstate`) is another format. */
function stateIn(text: string): PlanJson | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(parsed) || "resource_changes" in parsed || "configuration" in parsed) return undefined;
  if (typeof parsed.format_version !== "string" || !("terraform_version" in parsed)) return undefined;
  if (!/^1\.\d+$/.test(parsed.format_version)) {
    throw new PlanError(`a state of format_version ${parsed.format_version}`, "make it with Terraform 1.0 or newer");
  }
  return { format_version: parsed.format_version, prior_state: { values: parsed.values } };
}
