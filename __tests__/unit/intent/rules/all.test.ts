import { crossRules, rules } from "../../../../intent/rules/judge";
import { exportedRules } from "../../../support/exported-rules";

test("every rule is registered exactly once", () => {
  expect(exportedRules("rules").filter((rule) => !rules.includes(rule as never))).toEqual([]);
  expect(new Set(rules).size).toBe(rules.length);
});

test("every rule across environments is registered", () => {
  expect(exportedRules("rules/cross").filter((rule) => !crossRules.includes(rule as never))).toEqual([]);
});
