import { format } from "node:util";

/**
 * A table of many small cases as one test, `testAll(cases)(name, check)` in place of `test.each`: it runs all of them, and
 * prints each that differs with what it came to. `%s` and the like in the name stand for any of them.
 */
export const testAll = ((cases: readonly unknown[]) => (name: string, check: (...given: unknown[]) => unknown) => {
  // As `test.each` does: where not every case is a list, each is one argument.
  const isTable = cases.every(Array.isArray);
  test(`${name.replace(/%[sdjo]|\$[\w.]+/g, "…")} (${cases.length} cases)`, async () => {
    const differing: string[] = [];
    for (const given of cases) {
      try {
        await check(...(isTable ? (given as unknown[]) : [given]));
      } catch (error) {
        differing.push(`${format("%j", given)}\n${(error as Error).message}`);
      }
    }
    if (differing.length === 0) return;
    throw new Error(`${differing.length} of ${cases.length} differ:\n\n${differing.join("\n\n")}`);
  });
}) as unknown as jest.Each;
