/** What an authorizer logged of one decision, beyond what it may tell the gateway. */
interface DecisionLine {
  readonly requestId?: unknown;
  readonly reason?: unknown;
  readonly cacheHits?: { readonly googleToken?: unknown };
}

/** Which rule of the function refused this request, as its log says: `scope`. Undefined where its last line says none. */
export function loggedReason(lastLine: string | undefined, requestId: string): string | undefined {
  const line = parsed(lastLine);
  return line?.requestId === requestId && typeof line.reason === "string" ? line.reason : undefined;
}

/**
 * In words, what the function's log adds to its answer for this request: why it refused, and whether it asked the clouds.
 * Empty where its last line is no JSON, or is about another request.
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
