import { rules } from "../../../intent/rules";
import { exportedFunctions } from "../../support/exported-functions";

test("no rule is written and forgotten, and none counts twice", () => {
  expect(exportedFunctions("rules").filter((rule) => !rules.includes(rule as never))).toEqual([]);
  expect(new Set(rules).size).toBe(rules.length);
});
