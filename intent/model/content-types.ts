/**
 * A pattern for AWS WAF that the `Content-Type` header of these media types fits, in small letters, whatever parameters
 * follow: `application/json; charset=utf-8`.
 */
export function contentTypePattern(types: readonly string[]): string {
  const literal = types.map((type) => type.replace(/[.+]/g, "\\$&"));
  // AWS WAF knows no groups that capture.
  return `^(?:${literal.join("|")})[ \\t]*(?:;|$)`;
}
