/** What an authorizer logged about one decision, beyond what it may return to the gateway. */
interface DecisionLine {
  readonly requestId?: unknown;
  readonly reason?: unknown;
  readonly cacheHits?: { readonly googleToken?: unknown };
}

/**
 * The function's rule that refused this request, according to its log: `scope`. Undefined if its last line names none.
 */
export function loggedReason(lastLine: string | undefined, requestId: string): string | undefined {
  const line = parsed(lastLine);
  return line?.requestId === requestId && typeof line.reason === "string" ? line.reason : undefined;
}

/**
 * What the function's log adds to its answer for this request, in words: why it refused, and whether it called the
 * clouds. Empty if its last line is not JSON, or is about another request.
 */
export function loggedDetail(lastLine: string | undefined, requestId: string): string {
  const line = parsed(lastLine);
  if (line?.requestId !== requestId) return "";
  if (typeof line.reason === "string") return ` (${line.reason})`;
  return line.cacheHits?.googleToken === true ? " (with a cached Google token)" : "";
}

function parsed(text: string | undefined): DecisionLine | undefined {
  try {
    return JSON.parse(text ?? "") ?? undefined;
  } catch {
    return undefined;
  }
}
