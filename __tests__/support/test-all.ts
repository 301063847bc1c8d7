import { format } from "node:util";

/**
 * Declares one test for a table of many small cases: `testAll(cases)(name, check)` instead of `test.each`. It runs all
 * cases, and prints each failed case with its error. `%s` and the like in the name stand for any of them.
 */
export const testAll = ((cases: readonly unknown[]) => (name: string, check: (...given: unknown[]) => unknown) => {
  // Like `test.each`: unless every case is a list, each case is one argument.
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
