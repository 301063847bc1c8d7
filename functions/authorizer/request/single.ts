import { type Reason, unavailable } from "./outcome";

/**
 * What a pattern's group matches in an answer, exactly once; otherwise `unavailable` for this reason. AWS STS answers in
 * XML. No parser is needed for elements whose text can contain no entity.
 */
export function single(text: string, pattern: RegExp, reason: Reason): string {
  const [match, second] = text.matchAll(pattern);
  if (match?.[1] === undefined || second !== undefined) throw unavailable(reason);
  return match[1];
}
