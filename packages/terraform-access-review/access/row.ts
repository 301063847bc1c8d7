/** One line of the access ledger: who may do what on which resource, and under which condition. */
export interface AccessRow {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** What must hold in addition; `-` for nothing. */
  readonly condition: string;
  /** The parts of `condition`, so that a change of it can be judged. Without them every change counts as broader. */
  readonly terms?: RowTerms;
}

/** The parts of a condition, by what more of them means. */
export interface RowTerms {
  /** Alternatives: more of them is broader. */
  readonly permits?: readonly string[];
  /** Restrictions: more of them is narrower. */
  readonly requires?: readonly string[];
  /** Limits: a lower number is narrower. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** What rows are sorted by, the principal first: the ledger answers what a principal may do. */
export function rowKey({ principal, resource, permission, condition }: AccessRow): string {
  return [principal, resource, permission, condition].join("\u0000");
}

export function compareRows(a: AccessRow, b: AccessRow): number {
  const [left, right] = [rowKey(a), rowKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Code has the permissions of its account or role: the rows of that are under the name in `resource`. */
export const RUN_AS = "run as";
