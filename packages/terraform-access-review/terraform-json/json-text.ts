interface JsonText {
  readonly value: unknown;
  /** An object in it has a key twice. Parsers differ in which of the two they keep, so the value is not the meaning. */
  readonly isAmbiguous: boolean;
}

/** The value of a JSON text; undefined for any other text. */
export function jsonIn(text: unknown): JsonText | undefined {
  if (typeof text !== "string" || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // A text with a repeated key is longer than its value. Most texts are written without spaces, so this is quick.
    return { value, isAmbiguous: JSON.stringify(value) !== text && hasRepeatedKey(text) };
  } catch {
    return undefined;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:]/g;

/** @param text valid JSON */
function hasRepeatedKey(text: string): boolean {
  const objects: Set<string>[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (token === ":") {
      const keys = objects.at(-1);
      const key: string = JSON.parse(last);
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
    last = token;
  }
  return false;
}
