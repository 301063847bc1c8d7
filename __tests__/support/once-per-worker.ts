declare global {
  /** Set by `harness/environment.cjs`. */
  var textOncePerWorker: (key: string, make: () => string) => string;
}

/** A value that the first test file of a worker makes. Every caller of a test file gets the same, which is frozen. */
export function oncePerWorker<T>(key: string, make: () => T): T {
  const known = values.get(key) ?? frozen(JSON.parse(globalThis.textOncePerWorker(key, () => JSON.stringify(make()))));
  values.set(key, known);
  return known as T;
}

/** Read once per test file, so that what the sources remember of a stack counts for all its tests. */
const values = new Map<string, unknown>();

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("resource" in value && "provider" in value) shareBodies(value.resource);
  Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** So that stacks have the same object for each resource that is equal in both, as the two states of a plan. */
function shareBodies(resource: unknown): void {
  for (const [type, named] of Object.entries(Object(resource) as Record<string, Record<string, unknown>>)) {
    for (const [name, body] of Object.entries(named)) {
      const text = `${type} ${JSON.stringify(body)}`;
      named[name] = bodies.get(text) ?? body;
      bodies.set(text, named[name]);
    }
  }
}

const bodies = new Map<string, unknown>();
