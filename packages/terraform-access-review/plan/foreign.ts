import type { SynthesizedState } from "../model/state";
import { documentOf } from "../terraform-json/iam-statements";
import { type Attributes, isFields, type StackJson } from "../terraform-json/stack-json";
import { NEW_VALUE, nameOf, withoutMarked } from "./deployed";
import type { PlannedChange } from "./plan-json";
import { collected, fieldsOf, own, type Resources, shaped } from "./shape";

/** Arguments with JSON that the ledger must be able to read. */
const DOCUMENTS: readonly string[] = ["assume_role_policy", "policy"];

/**
 * Adds to a stack the objects of a plan that the synthesized stack lacks: those of modules, of `count` and `for_each`, of
 * another program. An object whose policy is not known yet is omitted on both sides, and a note reports it.
 */
export function withForeign(
  configured: SynthesizedState["stack"],
  deployed: StackJson,
  planned: readonly PlannedChange[],
): { readonly stack: SynthesizedState["stack"]; readonly notes: readonly string[] } {
  const notes = [...withoutUnreadable(deployed)];
  const added: (readonly [type: string, name: string, body: Attributes])[] = [];
  for (const each of planned) {
    const { type, address, change, deposed } = each;
    const name = nameOf(each);
    const declared = own(own(configured.resource, type), name) !== undefined;
    if (declared || deposed !== undefined || !isFields(change.after)) continue;
    if (change.actions.includes("delete") && !change.actions.includes("create")) continue;
    const masked = withoutMarked(type, change.after, change.after_sensitive, NEW_VALUE);
    const after = shaped(masked, undefined, "") as Attributes;
    const unread = DOCUMENTS.find((document) => isUnread(each, document, after));
    if (unread === undefined) added.push([type, name, after]);
    else {
      notes.push(`the access of ${address} is not judged: its ${unread} cannot be read before the apply`);
      delete (deployed.resource as Resources)[type]?.[name];
    }
  }
  if (added.length === 0) return { stack: configured, notes };
  const resource: Resources = Object.assign(Object.create(null), configured.resource);
  for (const [type, named] of Object.entries(collected(added))) resource[type] = { ...resource[type], ...named };
  return { stack: { ...configured, resource }, notes };
}

/** Removes deployed objects whose policy is hidden or not JSON. Returns a note for each. */
function withoutUnreadable({ resource }: StackJson): readonly string[] {
  return Object.entries(resource as Resources).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, attributes]) => {
      const unread = needed(type, attributes).find((document) => documentOf(attributes[document]) === undefined);
      if (unread === undefined) return [];
      delete named[name];
      return [`the access that ${type}.${name} grants now is not judged: its ${unread} cannot be read`];
    }),
  );
}

/** The arguments of a resource with documents that the ledger reads. */
function needed(type: string, attributes: Attributes): readonly string[] {
  if (type === "aws_iam_role") return ["assume_role_policy"];
  const isPolicy = type === "aws_iam_role_policy" || (/^aws_\w+_policy$/.test(type) && "policy" in attributes);
  return isPolicy ? ["policy"] : [];
}

function isUnread({ type, change }: PlannedChange, document: string, after: Attributes): boolean {
  const unknown = fieldsOf(change.after_unknown)[document] === true;
  return (unknown || needed(type, after).includes(document)) && documentOf(after[document]) === undefined;
}
