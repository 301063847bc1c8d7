/** The value of a JSON text; undefined for any other text, and for none. */
// biome-ignore lint/suspicious/noExplicitAny: like JSON.parse
export function jsonIn(text: string | undefined): any {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
