import type { Change, EditableDocument } from "./document";

/** One place of a shape of nested block. */
export interface NestedBlock {
  readonly environment: string;
  readonly path: readonly string[];
}

/** Every shape of nested block in the stacks, `type.block.block`, with one of its places. */
export function nestedBlocks(documents: ReadonlyMap<string, EditableDocument>): ReadonlyMap<string, NestedBlock> {
  const found = new Map<string, NestedBlock>();
  for (const [environment, document] of documents) {
    const walk = (value: unknown, shape: string, path: readonly string[]): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Array.isArray(value) && path.length > 2 && !found.has(shape)) found.set(shape, { environment, path });
      for (const [key, item] of Object.entries(value)) {
        walk(item, Array.isArray(value) ? shape : `${shape}.${key}`, [...path, key]);
      }
    };
    for (const [type, named] of Object.entries(document.resource)) {
      for (const [name, body] of Object.entries(named)) {
        for (const [key, item] of Object.entries(body))
          if (key !== "//") walk(item, `${type}.${key}`, [type, name, key]);
      }
    }
  }
  return found;
}

/** Puts an attribute that nobody has heard of into the block. */
export function unheardOf({ path }: NestedBlock): Change {
  return (document) => {
    let target = document.resource as Record<string, unknown>;
    for (const key of path) target = target[key] as Record<string, unknown>;
    target.unheard_of = "x";
  };
}

/** Whether the block, or one around it, is in the list. */
export function isOpen(shape: string, open: Readonly<Record<string, string>>): boolean {
  return Object.keys(open).some((each) => shape === each || shape.startsWith(`${each}.`));
}
