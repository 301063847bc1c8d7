/** Values of condition keys of one request. */
export type IamContext = Readonly<Record<string, string | readonly string[] | null>>;

/** Thrown for a policy that contains something unknown to this evaluator, so that its result is unknown. */
export class IamPolicyError extends Error {}

/** A condition key's value, null if the request has none. Keys are case-insensitive. */
export function contextValue(context: IamContext, key: string): string | readonly string[] | null {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  // The result depends on whether the request has the key, which only AWS knows.
  if (found === undefined) throw new IamPolicyError(`unknown condition key ${key}`);
  return found[1];
}

/** The values of an element of a statement; `not`: of its `Not…`, so all others. */
export interface Listed {
  readonly patterns: readonly string[];
  readonly not: boolean;
}

/** Whether a statement with these actions is about one action. IAM ignores their case. */
export function isAction({ patterns, not }: Listed, action: string): boolean {
  const name = action.toLowerCase();
  return patterns.some((pattern) => matches(pattern.toLowerCase(), name)) !== not;
}

/** `*` and `?` as in IAM; every other character is literal. */
export function matches(pattern: string, text: string): boolean {
  return /[*?]/.test(pattern) ? fits(tokensOf(pattern), text) : pattern === text;
}

/** Whether some text matches both patterns. Takes as many steps as one pattern's length times the other's. */
export function overlap(one: string, other: string): boolean {
  const [plain, pattern] = /[*?]/.test(one) ? [other, one] : [one, other];
  if (!/[*?]/.test(plain)) return matches(pattern, plain);
  const [left, right] = [tokensOf(one), tokensOf(other)];
  // For each start of `right`, whether it overlaps with the tokens of `left` so far.
  let before = [true];
  for (const token of right) before.push(token === ANY && before.at(-1) === true);
  for (const token of left) {
    const now = [token === ANY && before[0] === true];
    for (const [at, each] of right.entries()) {
      const isOne = token === each || token === ONE || each === ONE;
      const isAny = token === ANY || each === ANY;
      now.push((isAny ? before[at + 1] || now[at] : isOne && before[at]) === true);
    }
    before = now;
  }
  return before.at(-1) === true;
}

/**
 * Whether a text matches a pattern, or is a plain text, with policy variables. Undefined if a variable has no value, so that
 * nothing matches. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function matchesWithVariables(
  pattern: string,
  context: IamContext,
  kind: "pattern" | "text",
  text: string,
): boolean | undefined {
  const tokens: Token[] = [];
  const literal = kind === "pattern" ? tokensOf : Array.from<string>;
  let end = 0;
  for (const found of pattern.matchAll(/\$\{([^{}]*)\}/g)) {
    const value = variable(found[1] ?? "", context, kind);
    if (value === undefined) return undefined;
    // The value of a variable is never a pattern, whatever it contains.
    tokens.push(...literal(pattern.slice(end, found.index)), ...value);
    end = found.index + found[0].length;
  }
  return fits([...tokens, ...literal(pattern.slice(end))], text);
}

/** The six parts of an ARN, the last one with all its colons. Colons inside a variable do not separate parts. */
export function arnParts(text: string): readonly string[] {
  const parts = text.split(/:(?![^{}]*\})/);
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/**
 * `ArnLike`: compares each of an ARN's six parts separately, so that no wildcard extends into the next one. Undefined if a
 * variable has no value.
 */
export function arnLike(pattern: string, arn: string, context: IamContext = {}): boolean | undefined {
  const [patterns, parts] = [arnParts(pattern), arnParts(arn)];
  if (patterns.length < 6 || parts.length < 6) return false;
  const fitting = patterns.map((part, index) => matchesWithVariables(part, context, "pattern", parts[index] ?? ""));
  return fitting.includes(undefined) ? undefined : fitting.every(Boolean);
}

function variable(expression: string, context: IamContext, kind: "pattern" | "text"): string | undefined {
  if (["*", "?", "$"].includes(expression)) {
    if (kind === "text") throw new IamPolicyError(`the character \${${expression}} outside a pattern`);
    return expression;
  }
  const [, key = "", fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(expression) ?? [];
  if (key === "") throw new IamPolicyError(`unknown policy variable ${expression}`);
  const value = contextValue(context, key);
  if (value === "" && fallback !== undefined) throw new IamPolicyError(`${key} is empty, and has a default`);
  // The key has a list of values. According to AWS, it then cannot be a policy variable.
  return typeof value === "string" ? value : fallback;
}

const ANY = Symbol("*");
const ONE = Symbol("?");
/** A character, or a wildcard. */
type Token = string | typeof ANY | typeof ONE;

function tokensOf(pattern: string): readonly Token[] {
  return Array.from(pattern, (each) => (each === "*" ? ANY : each === "?" ? ONE : each));
}

/** Takes at most as many steps as tokens times characters: a pattern may come from a branch without a review. */
function fits(tokens: readonly Token[], text: string): boolean {
  const characters = Array.from(text);
  let [token, at] = [0, 0];
  let [star, from] = [-1, 0];
  while (at < characters.length) {
    if (tokens[token] === ANY) {
      [star, from] = [token, at];
      token += 1;
    } else if (tokens[token] === ONE || tokens[token] === characters[at]) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      from += 1;
      [token, at] = [star + 1, from];
    } else return false;
  }
  return tokens.slice(token).every((each) => each === ANY);
}
