import { violations } from "../../support/policy";

test("this repository's own stack breaks no rule", () => {
  expect(violations(() => {})).toEqual([]);
});
