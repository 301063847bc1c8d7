/** A stack as cdktf writes it: Terraform's JSON syntax. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly [block: string]: unknown;
}

/**
 * A stack as people review it: keys sorted, two spaces, without cdktf's metadata (its version, and the paths of
 * constructs), so that a diff shows what changes in the clouds and nothing else.
 */
export function reviewText(stack: TerraformJson): string {
  return `${JSON.stringify(tidy(stack), null, 2)}\n`;
}

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, tidy(inner)]));
}
