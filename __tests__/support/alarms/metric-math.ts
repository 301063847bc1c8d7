/**
 * CloudWatch's metric math, as far as the alarms use it: arithmetic, comparisons and `IF`, for one point in time. A
 * missing value makes the result missing, as does a division by zero.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluated(
  expression: string,
  metrics: Readonly<Record<string, number | undefined>>,
): number | undefined {
  const tokens = expression.match(/>=|<=|[-+*/(),<>]|[\w.]+/g) ?? [];
  let at = 0;
  const take = (...some: readonly string[]) => (some.includes(tokens[at] ?? "") ? tokens[at++] : undefined);
  const need = (token: string) => {
    if (take(token) === undefined) throw new Error(`${expression}: expected ${token} before ${tokens[at]}`);
  };
  const binary =
    (next: () => number | undefined, ...operators: readonly string[]) =>
    () => {
      let left = next();
      for (let operator = take(...operators); operator !== undefined; operator = take(...operators)) {
        left = combined(left, operator, next());
      }
      return left;
    };
  const value = (): number | undefined => {
    if (take("(")) return closed(compare());
    const token = tokens[at++] ?? "";
    if (token === "IF") {
      need("(");
      const condition = compare();
      need(",");
      const then = compare();
      need(",");
      const otherwise = closed(compare());
      return condition === undefined ? undefined : condition ? then : otherwise;
    }
    if (token in metrics) return metrics[token];
    if (!/^[\d.]+$/.test(token)) throw new Error(`${expression}: unknown ${token}`);
    return Number(token);
  };
  const closed = (result: number | undefined) => {
    need(")");
    return result;
  };
  const product = binary(value, "*", "/");
  const sum = binary(product, "+", "-");
  const compare = binary(sum, ">=", "<=", ">", "<");
  const result = compare();
  if (at !== tokens.length) throw new Error(`${expression}: not understood from ${tokens[at]} on`);
  return result;
}

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  ">=": (left, right) => Number(left >= right),
  "<=": (left, right) => Number(left <= right),
  ">": (left, right) => Number(left > right),
  "<": (left, right) => Number(left < right),
};

function combined(left: number | undefined, operator: string, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const result = OPERATIONS[operator]?.(left, right) ?? Number.NaN;
  return Number.isFinite(result) ? result : undefined;
}
