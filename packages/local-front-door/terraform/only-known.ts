import { type Resource, StackError } from "./document";
import type { Stack } from "./stack";

/** The one resource of a type of which a stack has exactly one. */
export function only(resources: readonly Resource[], type: string): Resource {
  const [resource, second] = resources;
  if (resource === undefined || second !== undefined) throw new StackError(type, "expected exactly one");
  return resource;
}

/** @param absent what counts where the attribute is not declared */
export function expectValue(stack: Stack, resource: Resource, attribute: string, expected: unknown, absent?: unknown) {
  const value = stack.value(resource, attribute) ?? absent;
  if (value === expected) return;
  throw new StackError(`${resource.address}.${attribute}`, `got ${value}, the stand-in knows ${expected} alone`);
}
