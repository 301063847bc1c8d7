/** One line of the access ledger: who may do what on which resource, and under which condition. */
export interface AccessRow {
  readonly who: string;
  readonly may: string;
  readonly on: string;
  /** What must hold besides; `-` for nothing. */
  readonly under: string;
}

/** By principal first: the ledger answers what somebody may do. */
export function compareRows(a: AccessRow, b: AccessRow): number {
  const key = ({ who, on, may, under }: AccessRow) => [who, on, may, under].join("\u0000");
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
