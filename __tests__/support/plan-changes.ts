import type { Plan } from "./plan";

const ACTIONS: Readonly<Record<string, string>> = {
  "+": "create",
  "~": "update",
  "-": "delete",
  "-/+": "delete+create",
  "+/-": "create+delete",
};

/** What a plan would do, `<address> <actions>` each, sorted. */
export function changesOf({ resource_changes }: Plan): string[] {
  return resource_changes
    .filter(({ change }) => change.actions.join() !== "no-op")
    .map(({ address, change }) => `${address} ${change.actions.join("+")}`)
    .sort();
}

/**
 * The same from the text of `terraform plan`, which saves another command that prints the plan as JSON. Text whose
 * actions are not as many as it counts itself is an error.
 */
export function changesIn(output: string): string[] {
  const found = [...output.matchAll(/^ {0,2}(\S+) resource "(\w+)" "([\w-]+)" \{$/gm)].map(
    ([, sign = "", type, name]) => ({ address: `${type}.${name}`, actions: ACTIONS[sign] ?? sign }),
  );
  const count = (action: string) => found.filter(({ actions }) => actions.split("+").includes(action)).length;
  const counted = ` ${count("create")} to add, ${count("update")} to change, ${count("delete")} to destroy.`;
  const isEmpty = !/^Plan: /m.test(output) && /^(No changes\.|Changes to Outputs:)/m.test(output);
  if (!isEmpty && !output.includes(counted)) throw new Error(`expected a plan with${counted} in:\n${output}`);
  return found.map(({ address, actions }) => `${address} ${actions}`).sort();
}
