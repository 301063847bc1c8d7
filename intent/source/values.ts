/** Freezes a value and everything in it, so that no part of the program can change another part's input. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/** The value at a key that comes from outside, such as `constructor`, which every plain object inherits. */
export function ownValue<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A map with all keys but these. */
export function without<T extends object, K extends keyof T>(map: T, ...left: readonly K[]): Omit<T, K> {
  const isKept = ([key]: readonly [string, unknown]) => !left.some((each) => each === key);
  return Object.fromEntries(Object.entries(map).filter(isKept)) as Omit<T, K>;
}

/** Sorts every list of texts, in a value and in everything in it. */
export function sortedLists<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sortedLists(inner)])) as T;
  }
  return (value.every((item) => typeof item === "string") ? [...value].sort() : value.map(sortedLists)) as T;
}
