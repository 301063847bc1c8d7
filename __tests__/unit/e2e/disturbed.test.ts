import { mostServed } from "../../../e2e/steps";

test("one failed call in a hundred refutes nothing, and one of a few does", () => {
  const cases = [
    [0, 5],
    [1, 5],
    [1, 99],
    [1, 100],
    [2, 199],
    [3, 300],
  ] as const;
  expect(cases.map(([failed, calls]) => mostServed(failed, calls))).toEqual([true, false, false, true, false, true]);
});
