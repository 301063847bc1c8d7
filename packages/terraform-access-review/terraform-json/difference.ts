/** Maximum length of a value in a message, in characters. */
const SHOWN = 120;

/**
 * The first difference between two JSON values: ` at routes[0].match: got …, expected …`. Undefined if they are equal.
 * The order of lists matters, the order of fields does not.
 */
export function difference(found: unknown, expected: unknown, path = ""): string | undefined {
  if (isStructure(found) && isStructure(expected) && Array.isArray(found) === Array.isArray(expected)) {
    const step = (key: string) => (Array.isArray(found) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    for (const key of keys) {
      const inner = difference(own(found, key), own(expected, key), step(key));
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  if (Object.is(found, expected)) return undefined;
  return `${path === "" ? "" : ` at ${path}`}: got ${shown(found)}, expected ${shown(expected)}`;
}

type Structure = Readonly<Record<string, unknown>>;

function isStructure(value: unknown): value is Structure {
  return typeof value === "object" && value !== null;
}

function own(value: Structure, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
