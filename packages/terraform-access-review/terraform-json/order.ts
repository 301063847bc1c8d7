/** Compares by code units, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Maximum number of keys that are inserted one by one. More keys are sorted by `sort`. */
const FEW = 16;

/** The keys of an object by code units. Most objects have few, and `sort` allocates 2 kB for each. */
export function sortedKeys(fields: object): readonly string[] {
  const keys = Object.keys(fields);
  // Without a comparison function, `sort` compares code units.
  if (keys.length > FEW) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] as string;
    let at = end;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of sortedKeys(fields)) {
    const item = fields[key];
    if (item !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(item)}`;
  }
  return `{${text}}`;
}

/** Sorted by the code units of a text, which is made once for each item. */
export function sortedBy<T>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  const texts = items.map((item) => [textOf(item), item] as const);
  return texts.sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}

/** Groups items by a key, in their order. */
export function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
