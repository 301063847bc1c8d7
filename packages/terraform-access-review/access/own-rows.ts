import type { AccessRow } from "../model/row";
import type { StackJson } from "../terraform-json/stack-json";

/** Reads rows out of a stack that the ledger itself does not: those of a project's own resources. */
export type RowReader = (stack: StackJson) => readonly Omit<AccessRow, "decision" | "terms">[];

let readers: readonly RowReader[] = [];

/** From now on each ledger has the rows of these readers as well, on both sides of a comparison. */
export function useRowReaders(given: readonly RowReader[]): void {
  readers = given;
}

/** Says in each row who says so: none can pass for a row of the ledger's own, and hide its change. */
export function ownRows(stack: StackJson): readonly AccessRow[] {
  return readers
    .flatMap((read) => read(stack))
    .map(({ principal, permission, resource, condition }) => {
      const under = condition === "-" ? [] : [condition];
      return { principal, permission, resource, condition: [...under, "as main.ts says"].join("; ") };
    });
}
