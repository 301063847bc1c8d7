import type { Fact } from "../model/fact";
import { type Place, placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import { documentOf, unreadPolicyArguments } from "../terraform-json/iam-statements";
import { type Attributes, oncePerBody, oncePerStack, type Resource, resourcesOf } from "../terraform-json/stack-json";
import { isKnownType, outsideSchema, typeOf } from "../types";
import { plain } from "../types/named";
import { bindingsOf } from "./google-bindings";

/** Arguments of any type that create more objects, run a program, or use another account than the stack's. */
export const BEYOND_READING: readonly string[] = [
  "connection",
  "count",
  "dynamic",
  "for_each",
  "provider",
  "provisioner",
];

/** Arguments of any type that no provider's schema has. */
const OF_TERRAFORM: readonly string[] = [...BEYOND_READING, "//", "depends_on", "lifecycle"];

/**
 * A row for each resource that can grant access and is not read: every type that the ledger does not know, of any
 * provider. A missing row would suggest that it grants nothing.
 */
export const unreadRows = oncePerStack((stack): readonly AccessRow[] => {
  const modules = Object.keys(stack.module ?? {});
  const declared = modules.map((name) =>
    unread({ address: `module.${name}`, argument: "" }, { kind: "module-unread" }),
  );
  return [...declared, ...resourcesOf(stack, /./).flatMap(rowsOf)];
});

function rowsOf(resource: Resource): readonly AccessRow[] {
  const { type, attributes } = resource;
  if (!isKnownType(type) && !isResourcePolicy(type, attributes))
    return [unread(placeOf(resource), { kind: "type-unknown" })];
  return [...unreadArguments(attributes, type), ...unreadable(resource)].map((argument) =>
    unread(placeOf(resource, argument), { kind: "argument-unread", argument }),
  );
}

/** Arguments of a resource of a known type that no row reports, also those of a provider that is newer than the tables. */
export const unreadArguments = oncePerBody((attributes, type): readonly string[] => {
  const named = [...BEYOND_READING, ...(typeOf(type).unread ?? [])].filter((name) => attributes[name] !== undefined);
  const others = Object.entries(attributes).filter(([name]) => !OF_TERRAFORM.includes(name));
  return [...named, ...outsideSchema(type, Object.fromEntries(others))];
});

/** Whether it is the readable policy of another object, such as a queue, a topic or a key. */
function isResourcePolicy(type: string, { policy }: Attributes): boolean {
  return /^aws_\w+_policy$/.test(type) && documentOf(policy) !== undefined;
}

/** Arguments that rows would report if they were readable documents of this stack. */
function unreadable(resource: Resource): readonly string[] {
  const { type, attributes } = resource;
  if (/^google_\w+_iam_policy$/.test(type)) return bindingsOf(attributes) === undefined ? ["policy_data"] : [];
  // The provider's value for a secret without a policy.
  const isNone = type === "aws_secretsmanager_secret" && attributes.policy === "{}";
  return unreadPolicyArguments(resource).filter((name) => !(isNone && name === "policy"));
}

function unread(from: Place, why: Fact): AccessRow {
  return {
    effect: "allow",
    principal: { kind: "not-read" },
    action: { kind: "unknown-grants" },
    resource: plain(from.address),
    conditions: [why],
    from,
  };
}
