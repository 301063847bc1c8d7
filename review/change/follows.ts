import { POLICY_FILE } from "../../contract/policy-file";
import { typeOf } from "../types";
import type { ResourceChange } from "./model";

/** Says of changes that consist of a hash alone what they follow from, so that nobody needs to read them. */
export function followed(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  const cause = changes.some(({ address }) => address === POLICY_FILE)
    ? "authorizer-policy.json changed, shown in this report"
    : "the functions' own code changed: see functions/ in the same commit";
  return changes.map((change) => {
    const derived = typeOf(change.type).derived ?? [];
    const onlyDerived = change.attributes.length > 0 && change.attributes.every(({ path }) => derived.includes(path));
    return change.action === "changed" && onlyDerived ? { ...change, follows: cause } : change;
  });
}
