/** A map as YAML gives it. */
export type Tree = { [key: string]: unknown };

/** Returns the same maps with their keys in an order that depends only on the seed. */
export function shuffled(tree: Tree, seed: number): Tree {
  const entries = Object.entries(tree).sort(([a], [b]) => order(a, seed) - order(b, seed));
  return Object.fromEntries(entries.map(([key, value]) => [key, isTree(value) ? shuffled(value, seed) : value]));
}

function order(key: string, seed: number): number {
  return [...key].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), seed);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
