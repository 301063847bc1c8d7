import { crossRules } from "../../../../../intent/rules/cross/all";
import { exportedRules } from "../../../../support/exported-rules";

test("no rule over environments is written and forgotten", () => {
  expect(exportedRules("rules/cross").filter((rule) => !crossRules.includes(rule as never))).toEqual([]);
});
