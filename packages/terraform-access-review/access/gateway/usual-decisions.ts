import type { AccessRow, RouteDecision } from "../../model/row";
import { compareText } from "../../terraform-json/order";

/** Part of a cache key only on routes with a variable, because only their path can vary. */
const PATH = "path";

/** The decision that most rows of a ledger or report have in common. It is stated once, above them. */
export interface UsualDecisions {
  /** One sentence for each kind of route. */
  readonly sentences: readonly string[];
  /** Returns the condition of a row without the decision that the sentences state. Any other decision stays in it. */
  readonly shorten: (row: AccessRow) => string;
}

export function usualDecisions(rows: readonly AccessRow[]): UsualDecisions {
  const usual = new Map<string, RouteDecision>();
  for (const kind of KINDS) {
    const found = mostFrequent(rows.filter((row) => kindOf(row) === kind).flatMap((row) => commonOf(row) ?? []));
    if (found !== undefined) usual.set(kind, found);
  }
  return {
    sentences: [...usual].map(([kind, decision]) => sentence(kind, decision)),
    shorten: (row) => {
      const { condition, decision } = row;
      const [common, known] = [commonOf(row), usual.get(kindOf(row))];
      if (decision === undefined || common === undefined || known === undefined) return condition;
      if (decisionInWords(common) !== decisionInWords(known)) return condition;
      const clause = decisionInWords(decision);
      const parts = condition.split("; ").filter((part) => part !== clause);
      return parts.join("; ") || "-";
    },
  };
}

/** `storefront-dev-callers decides, result cached for 60 s per Authorization + routeKey + policy` */
export function decisionInWords({ by, seconds, cacheKey }: RouteDecision): string {
  const ttl = seconds === undefined ? "ITS DEFAULT TTL" : `${seconds} s`;
  return `${by} decides, result cached for ${ttl} per ${cacheKey.join(" + ")}`;
}

const KINDS = ["Public routes", "Routes with scopes"] as const;

function kindOf({ principal }: AccessRow): (typeof KINDS)[number] {
  return principal === "anyone" ? "Public routes" : "Routes with scopes";
}

/**
 * A decision without the path. Undefined if the cache key contains the path although the route has a single path, or
 * lacks it although the route has many.
 */
function commonOf({ permission, decision }: AccessRow): RouteDecision | undefined {
  if (decision === undefined) return undefined;
  const { by, seconds, cacheKey } = decision;
  if (cacheKey.includes(PATH) !== permission.includes("{")) return undefined;
  return { by, ...(seconds !== undefined && { seconds }), cacheKey: cacheKey.filter((part) => part !== PATH) };
}

function mostFrequent(decisions: readonly RouteDecision[]): RouteDecision | undefined {
  const counts = new Map<string, number>();
  for (const text of decisions.map(decisionInWords)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first] = [...counts].sort(([a, times], [b, others]) => others - times || compareText(a, b));
  return decisions.find((each) => decisionInWords(each) === first?.[0]);
}

function sentence(kind: string, { by, seconds, cacheKey }: RouteDecision): string {
  const ttl = seconds === undefined ? "its default TTL" : `${seconds} s`;
  return `${kind}: ${by} decides. Results are cached for ${ttl} per ${cacheKey.join(" + ")}, and per ${PATH} on routes with a variable.`;
}
