/**
 * CloudWatch Logs' filter patterns for JSON, as far as the stacks use them: `=`, `!=`, numbers, `*`, `&&`, `||` and
 * parentheses. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 *
 * Cases that the page leaves open count as no match: a string that looks like a number is not a number, and a missing
 * field differs from no value.
 *
 * @throws Error for a pattern that it does not know
 */
export function matches(pattern: string, line: string): boolean {
  const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(pattern) ?? [];
  if (inner === undefined) throw new Error(`not a JSON pattern: ${pattern}`);
  const fields = parsed(line);
  return fields !== undefined && new Parser(tokensOf(inner), fields).whole();
}

/** A line that is not JSON matches no JSON pattern. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const TOKEN = /\s*(&&|\|\||!=|>=|<=|[=<>()]|"[^"]*"|\$[\w.[\]-]*|[^\s()&|=<>!"]+)/y;

function tokensOf(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ""; at = TOKEN.lastIndex) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`not understood: ${text.slice(at)}`);
    found.push(token);
  }
  return found;
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly fields: unknown,
  ) {}

  whole(): boolean {
    const result = this.any();
    if (this.at !== this.tokens.length) throw new Error(`not understood: ${this.tokens[this.at]}`);
    return result;
  }

  private any(): boolean {
    let result = this.all();
    while (this.take("||")) result = this.all() || result;
    return result;
  }

  private all(): boolean {
    let result = this.one();
    while (this.take("&&")) result = this.one() && result;
    return result;
  }

  private one(): boolean {
    if (this.take("(")) {
      const result = this.any();
      if (!this.take(")")) throw new Error("a parenthesis is not closed");
      return result;
    }
    const [selector = "", operator = "", value = ""] = this.tokens.slice(this.at, this.at + 3);
    this.at += 3;
    if (!selector.startsWith("$.")) throw new Error(`not understood: ${selector}`);
    return compare(this.fields, selector, operator, value);
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }
}

function compare(fields: unknown, selector: string, operator: string, value: string): boolean {
  const found = selected(fields, selector);
  if (found === undefined) return false;
  if (operator === "=" || operator === "!=") return equals(found, value) === (operator === "=");
  const [left, right] = [typeof found === "number" ? found : Number.NaN, Number(value)];
  switch (operator) {
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    default:
      throw new Error(`not understood: ${operator}`);
  }
}

/** `*` in a value stands for any text; a number may be compared with its digits. */
function equals(found: unknown, value: string): boolean {
  const text = value.replace(/^"(.*)"$/, "$1");
  const shape = text
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join(".*");
  return ["string", "number"].includes(typeof found) && new RegExp(`^${shape}$`, "s").test(String(found));
}

function selected(fields: unknown, selector: string): unknown {
  const keys = selector.slice(2).split(/[.[\]]+/);
  return keys
    .filter((key) => key !== "")
    .reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], fields);
}
