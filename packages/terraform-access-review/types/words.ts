import { firstReferred, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { typeOf } from ".";

/** A resource in words: `role storefront-dev-orders`; its address if it has no name. */
export function inWords({ type, address, attributes }: Resource): string {
  const [kind, attribute] = typeOf(type).named ?? [];
  return kind === undefined || attribute === undefined ? address : `${kind} ${attributes[attribute]}`;
}

/** The resources that the first stack has and the second lacks, in words. */
export function goneFrom(before: StackJson, after: StackJson): ReadonlySet<string> {
  const there = new Set(resourcesOf(after, /./).map(inWords));
  const had = resourcesOf(before, /./).map(inWords);
  return new Set(had.filter((name) => !there.has(name)));
}

/** A text with its references replaced by words, for readers. */
export function readable(stack: StackJson, text: unknown): string {
  return String(text).replaceAll(/\$\{[^}]+\}/g, (reference) => {
    const resource = firstReferred(stack, reference);
    return resource === undefined ? reference : inWords(resource);
  });
}

/** The name of the REST API that a resource belongs to. */
export function apiInWords(api: Resource | undefined): string {
  return `REST API ${api?.attributes.name ?? "of another stack"}`;
}
