import type { SynthesizedState } from "../change/state";
import type { Attributes, StackJson } from "../stack-json";
import { nameOf } from "./deployed";
import type { PlannedChange } from "./plan-json";
import { isFields, shaped } from "./shape";

type Resources = Record<string, Record<string, Attributes>>;

/** JSON that the ledger must be able to read. */
const DOCUMENTS: readonly string[] = ["assume_role_policy", "policy"];

/**
 * Adds to a stack what a plan has and the synthesized stack has not: objects of modules, of `count` and `for_each`, of
 * another program. An object with a policy that nobody can read yet is left out on both sides, and a note says so.
 */
export function withForeign(
  configured: SynthesizedState["stack"],
  deployed: StackJson,
  planned: readonly PlannedChange[],
): { readonly stack: SynthesizedState["stack"]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const added: Resources = {};
  for (const each of planned) {
    const { type, address, change, deposed } = each;
    const name = nameOf(each);
    const declared = configured.resource?.[type]?.[name] !== undefined;
    const after = shaped(change.after, undefined, "");
    if (declared || deposed !== undefined || !isFields(after)) continue;
    if (change.actions.includes("delete") && !change.actions.includes("create")) continue;
    const unread = DOCUMENTS.find((document) => isUnread(each, document, after));
    if (unread === undefined) added[type] = { ...added[type], [name]: after };
    else {
      notes.push(`the access of ${address} is not judged: its ${unread} cannot be read before the apply`);
      delete (deployed.resource as Resources)[type]?.[name];
    }
  }
  if (Object.keys(added).length === 0) return { stack: configured, notes };
  const types = new Set([...Object.keys(configured.resource ?? {}), ...Object.keys(added)]);
  const resource = Object.fromEntries(
    [...types].map((type) => [type, { ...configured.resource?.[type], ...added[type] }]),
  );
  return { stack: { ...configured, resource }, notes };
}

function isUnread({ type, change }: PlannedChange, document: string, after: Attributes): boolean {
  const unknown = isFields(change.after_unknown) && change.after_unknown[document] === true;
  const needed =
    /^aws_/.test(type) && (document in after || (type === "aws_iam_role" && document === "assume_role_policy"));
  if (!needed && !unknown) return false;
  try {
    return !isFields(JSON.parse(String(after[document])));
  } catch {
    return true;
  }
}
