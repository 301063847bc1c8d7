import type { Resource } from "../terraform/document";
import type { Stack } from "../terraform/stack";

/** cdktf's own comments, and settings that only an apply reads. */
const LEFT_OUT: readonly string[] = ["//", "depends_on", "lifecycle"];

/**
 * Returns the stack's declaration at an address, as written: a resource, or one of its attributes. Undefined if the
 * address matches nothing.
 */
export function declarationAt(stack: Stack, address: string): unknown {
  const [type = "", name = "", ...path] = address.split(/[.[\]]+/).filter((part) => part !== "");
  const resource = stack.all(type).find((candidate) => candidate.name === name);
  if (resource === undefined) return undefined;
  const found = path.reduce<unknown>(member, readable(resource));
  // A missing attribute is itself the reason, so the whole resource is shown.
  return readJson(found ?? readable(resource));
}

function readable({ body }: Resource): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !LEFT_OUT.includes(key)));
}

function member(value: unknown, key: string): unknown {
  const owner = parsed(value);
  return typeof owner === "object" && owner !== null && Object.hasOwn(owner, key)
    ? (owner as Record<string, unknown>)[key]
    : undefined;
}

/** Parses policies, which are JSON in a string, so that they are shown as JSON. */
function readJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readJson);
  if (typeof value === "string") return parsed(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readJson(item)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
