import { crossRules, rules } from "../../../../intent/rules/judge";
import { exportedRules } from "../../../support/exported-rules";

test("no rule is written and forgotten, and none counts twice", () => {
  expect(exportedRules("rules").filter((rule) => !rules.includes(rule as never))).toEqual([]);
  expect(new Set(rules).size).toBe(rules.length);
});

test("no rule over environments is written and forgotten", () => {
  expect(exportedRules("rules/cross").filter((rule) => !crossRules.includes(rule as never))).toEqual([]);
});
