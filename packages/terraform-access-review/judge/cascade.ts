import { POLICY_FILE } from "../../../contract/policy-file";
import type { ResourceChange } from "../model/change";
import { referencesIn } from "../terraform-json/references";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { typeOf } from "../types";

/** Attributes that have new values in a new object, so that the resources made from them are replaced too. */
const RENEWED = /^(id|arn|name|uid|unique_id|email|member|endpoint|execution_arn|invoke_arn|domain|uri|.*_id|.*_arn)$/;

/**
 * Adds the replacements that follow from others: a resource that cannot change an attribute in place is replaced if the
 * target of the attribute is. Terraform's own plan does the same.
 */
export function withCascade(changes: readonly ResourceChange[], stack: StackJson): readonly ResourceChange[] {
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  const open = changes.filter(({ action }) => action === "replaced").map(({ address }) => address);
  for (let cause = open.pop(); cause !== undefined; cause = open.pop()) {
    for (const { address, type, attributes } of resourcesOf(stack, /./)) {
      const known = byAddress.get(address);
      if (known !== undefined && known.action !== "changed" && known.action !== "moved") continue;
      const { loss, replaces = [] } = typeOf(type);
      const forcedBy = replaces.filter((name) => refersTo(attributes[name], cause ?? ""));
      if (forcedBy.length === 0) continue;
      byAddress.set(address, {
        ...(known ?? { address, type, attributes: [] }),
        action: "replaced",
        forcedBy,
        ...(loss !== undefined && { loss }),
        ...(known === undefined && { follows: `${cause} is replaced, which it cannot follow in place` }),
      });
      open.push(address);
    }
  }
  return [...byAddress.values()];
}

function refersTo(value: unknown, address: string): boolean {
  if (typeof value !== "string") return false;
  return referencesIn(value).some((found) => found.address === address && RENEWED.test(found.attribute));
}

/** Names the cause of changes that consist of a hash alone, so that reviewers can skip them. */
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
