/** What an authorizer logged of one decision, beyond what it may tell the gateway. */
interface DecisionLine {
  readonly requestId?: unknown;
  readonly reason?: unknown;
  readonly cacheHits?: { readonly googleToken?: unknown };
}

/**
 * In words, what the function's log adds to its answer for this request: why it refused, and whether it asked the clouds.
 * Empty where its last line is no JSON, or is about another request.
 */
export function loggedDetail(lastLine: string | undefined, requestId: string): string {
  const line = parsed(lastLine);
  if (line?.requestId !== requestId) return "";
  if (typeof line.reason === "string") return ` (${line.reason})`;
  return line.cacheHits?.googleToken === true ? " (with the Google token it had kept)" : "";
}

function parsed(text: string | undefined): DecisionLine | undefined {
  try {
    return JSON.parse(text ?? "") ?? undefined;
  } catch {
    return undefined;
  }
}
