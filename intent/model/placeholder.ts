/** Start of a value that `init` writes for a person to replace. */
export const PLACEHOLDER = "replace-with-";

export function isPlaceholder(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(PLACEHOLDER);
}
