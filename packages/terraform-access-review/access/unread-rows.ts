import type { AccessRow } from "../model/row";
import { documentOf, unreadPolicyArguments } from "../terraform-json/iam-statements";
import { type Attributes, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { isKnownType, typeOf } from "../types";
import { bindingsOf } from "./google-rows";

/** In the principal column: something may be granted here, but the ledger knows neither the grant nor the principal. */
export const NOT_READ = "NOT READ";

/** Arguments of any type that create more objects, run a program, or use another account than the stack's. */
const BEYOND_READING: readonly string[] = ["connection", "count", "dynamic", "for_each", "provider", "provisioner"];

/**
 * A row for each resource that can grant access and is not read: every type that the ledger does not know, of any
 * provider. A missing row would suggest that it grants nothing.
 */
export function unreadRows(stack: StackJson): readonly AccessRow[] {
  const modules = Object.keys((stack as StackJson & Attributes).module ?? {});
  const declared = modules.map((name) => unread(`module.${name}`, "what it declares is not in this file"));
  return [...declared, ...resourcesOf(stack, /./).flatMap(rowsOf)];
}

function rowsOf(resource: Resource): readonly AccessRow[] {
  const { type, address, attributes } = resource;
  if (!isKnownType(type) && !isResourcePolicy(type, attributes))
    return [unread(address, "a type that the review does not know")];
  return [...unreadArguments(type, attributes), ...unreadable(resource)].map((name) =>
    unread(address, `its argument ${name}`),
  );
}

/** Arguments of a resource of a known type that no row reports. */
export function unreadArguments(type: string, attributes: Attributes): readonly string[] {
  return [...BEYOND_READING, ...(typeOf(type).unread ?? [])].filter((name) => attributes[name] !== undefined);
}

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

function unread(resource: string, why: string): AccessRow {
  return { principal: NOT_READ, permission: "unknown grants", resource, condition: why };
}
