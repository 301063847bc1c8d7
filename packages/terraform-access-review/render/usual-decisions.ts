import { type Fact, factKey, isSame } from "../model/fact";
import { type AccessRow, calledRoute } from "../model/row";
import { compareText } from "../terraform-json/order";
import { conditionWords } from "./words";

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
  const usual = new Map<string, Fact<"decision">>();
  for (const kind of KINDS) {
    const found = mostFrequent(rows.filter((row) => kindOf(row) === kind).flatMap((row) => commonOf(row) ?? []));
    if (found !== undefined) usual.set(kind, found);
  }
  return {
    sentences: [...usual].map(([kind, decision]) => sentence(kind, decision)),
    shorten: (row) => {
      const { conditions, decision } = row;
      const [common, known] = [commonOf(row), usual.get(kindOf(row))];
      const isUsual = common !== undefined && known !== undefined && isSame(common, known);
      const others = conditions.filter((each) => decision === undefined || !isSame(each, decision));
      return conditionWords(isUsual ? others : conditions);
    },
  };
}

const KINDS = ["Public routes", "Routes with scopes"] as const;

function kindOf({ principal }: AccessRow): (typeof KINDS)[number] {
  return principal.kind === "anyone" ? "Public routes" : "Routes with scopes";
}

/**
 * A decision without the path. Undefined if the cache key contains the path although the route has a single path, or
 * lacks it although the route has many.
 */
function commonOf(row: AccessRow): Fact<"decision"> | undefined {
  const { decision } = row;
  if (decision === undefined) return undefined;
  const { cacheKey } = decision;
  if (cacheKey.includes(PATH) !== calledRoute(row)?.includes("{")) return undefined;
  return { ...decision, cacheKey: cacheKey.filter((part) => part !== PATH) };
}

function mostFrequent(decisions: readonly Fact<"decision">[]): Fact<"decision"> | undefined {
  const counts = new Map<string, number>();
  for (const key of decisions.map(factKey)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const [first] = [...counts].sort(([a, times], [b, others]) => others - times || compareText(a, b));
  return decisions.find((each) => factKey(each) === first?.[0]);
}

function sentence(kind: string, { by, seconds, cacheKey }: Fact<"decision">): string {
  const ttl = seconds === undefined ? "its default TTL" : `${seconds} s`;
  return `${kind}: ${by} decides. Results are cached for ${ttl} per ${cacheKey.join(" + ")}, and per ${PATH} on routes with a variable.`;
}
