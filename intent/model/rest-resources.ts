import { snake } from "./names";

/** One node of a REST API's resource tree, except the root. */
export interface RestResource {
  /** `/orders/{id}`. */
  readonly path: string;
  /** `/orders`; empty if the parent is the root. */
  readonly parent: string;
  /** `{id}`. */
  readonly part: string;
  /** Terraform name: `orders_by`, `images_all`. It omits variable names, because those can change in place. */
  readonly address: string;
}

/** Every resource that the paths need, once each, parents before children. */
export function restResources(paths: Iterable<string>): readonly RestResource[] {
  const found = new Map<string, RestResource>();
  for (const path of [...paths].sort()) {
    let parent = "";
    let words: readonly string[] = [];
    for (const part of path === "/" ? [] : path.slice(1).split("/")) {
      words = [...words, word(part)];
      const here = `${parent}/${part}`;
      found.set(here, { path: here, parent, part, address: addressOf(words) });
      parent = here;
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Terraform names begin with a letter, but paths may begin with a digit or a dot: `/2fa`, `/.well-known`. */
function addressOf(words: readonly string[]): string {
  const address = words.join("_");
  if (/^[a-z]/.test(address)) return address;
  return address.startsWith("_") ? `path${address}` : `path_${address}`;
}

function word(part: string): string {
  if (!part.startsWith("{")) return snake(part);
  return part.endsWith("+}") ? "all" : "by";
}
