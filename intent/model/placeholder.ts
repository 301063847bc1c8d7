/** Start of a value that `init` writes for a person to replace. */
export const PLACEHOLDER = "replace-with-";

/** Digest of no image, where a reference must have one. */
export const NO_DIGEST = `sha256:${"0".repeat(64)}`;

/** Also a reference with such a digest, and a URL with such a segment. */
export function isPlaceholder(value: unknown): boolean {
  if (typeof value !== "string") return false;
  return value.startsWith(PLACEHOLDER) || value.includes(`/${PLACEHOLDER}`) || value.endsWith(`@${NO_DIGEST}`);
}
