import { hashOf } from "../judge/hash";
import type { GuardChange, Note } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { jsonIn } from "../terraform-json/json-text";
import { type Attributes, isFields, type StackJson, withTexts } from "../terraform-json/stack-json";
import { filled } from "./attributes";
import { anyUnknown, NEW_VALUE, nameOf, withoutMarked } from "./deployed";
import { declaredIn, type PlannedChange, type PlannedConfiguration } from "./plan-json";
import { AFTER_APPLY, bodyOf, collected, fieldsOf, own, type Resources, shaped } from "./shape";

/** Arguments with JSON that the ledger must be able to read. */
const DOCUMENTS: readonly string[] = ["assume_role_policy", "policy"];

/**
 * Adds to a stack the objects of a plan that the synthesized stack lacks: those of modules, of `count` and `for_each`, of
 * another program. An object whose policy cannot be read before the apply is omitted on both sides. If it changes, it may
 * open anything.
 */
export function withForeign(
  configured: SynthesizedState["stack"],
  deployed: StackJson,
  planned: readonly PlannedChange[],
  configuration: PlannedConfiguration | undefined,
): {
  readonly stack: SynthesizedState["stack"];
  readonly guards: readonly GuardChange[];
  readonly notes: readonly Note[];
} {
  const notes: Note[] = [...withoutUnreadable(deployed)];
  const guards: GuardChange[] = [];
  const added: (readonly [type: string, name: string, body: Attributes])[] = [];
  const declarationOf = declaredIn(configuration);
  for (const each of planned) {
    const { type, address, change, deposed } = each;
    const name = nameOf(each);
    const declared = own(own(configured.resource, type), name) !== undefined;
    if (declared || deposed !== undefined || !isFields(change.after)) continue;
    if (change.actions.includes("delete") && !change.actions.includes("create")) continue;
    const masked = withoutMarked(type, change.after, change.after_sensitive, NEW_VALUE);
    const after = {
      ...(shaped(masked, undefined, "") as Attributes),
      ...unknownArguments(each, bodyOf(declarationOf(address)?.expressions ?? {})),
    };
    const unread = DOCUMENTS.find((document) => isUnread(each, document, after));
    if (unread === undefined) added.push([type, name, after]);
    else {
      if (change.actions.join() === "no-op") {
        notes.push({ kind: "not-judged", address, argument: unread, side: "planned" });
      } else guards.push(unknownPolicy(each, unread, configured));
      delete (deployed.resource as Resources)[type]?.[name];
    }
  }
  if (added.length === 0) return { stack: configured, guards, notes };
  const resource: Resources = Object.assign(Object.create(null), configured.resource);
  for (const [type, named] of Object.entries(collected(added))) resource[type] = { ...resource[type], ...named };
  return { stack: { ...configured, resource }, guards, notes };
}

/** The arguments that only the apply knows. In a module, references have the module's own names, so they are not kept. */
function unknownArguments({ address, change }: PlannedChange, declared: Attributes): Attributes {
  const [after, marks] = [fieldsOf(change.after), fieldsOf(change.after_unknown)];
  const isInModule = address.startsWith("module.");
  const like = isInModule ? withTexts(declared, (text) => (text.includes("${") ? AFTER_APPLY : text)) : declared;
  const unknown = Object.entries(like as Attributes).filter(([name]) => anyUnknown(own(marks, name)));
  return Object.fromEntries(
    unknown.map(([name, each]) => [name, filled(shaped(own(after, name), each, name), own(marks, name), each)]),
  );
}

function unknownPolicy(
  { address, change }: PlannedChange,
  document: string,
  { resource }: SynthesizedState["stack"],
): GuardChange {
  const before = change.actions.join() === "create" ? "nothing" : "as deployed";
  const after = "known after the apply";
  return { effect: "broadened", address, guard: document, before, after, hidden: hashOf(resource), doubt: true };
}

/** Removes deployed objects whose policy is hidden or not JSON. Returns a note for each. */
function withoutUnreadable({ resource }: StackJson): readonly Note[] {
  return Object.entries(resource as Resources).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, attributes]): readonly Note[] => {
      const unread = needed(type, attributes).find((document) => jsonIn(attributes[document]) === undefined);
      if (unread === undefined) return [];
      delete named[name];
      return [{ kind: "not-judged", address: `${type}.${name}`, argument: unread, side: "deployed" }];
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
  return (unknown || needed(type, after).includes(document)) && jsonIn(after[document]) === undefined;
}
