/** JSON that is read attribute by attribute, as Terraform's. */
// biome-ignore lint/suspicious/noExplicitAny: like JSON.parse
export type Json = any;

/** The value of a JSON text; undefined for any other text, and for none. */
export function jsonIn(text: string | undefined): Json {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
