import { crossRules } from "../../../intent/cross-rules";
import { exportedFunctions } from "../../support/exported-functions";

test("no rule over environments is written and forgotten", () => {
  expect(exportedFunctions("cross-rules").filter((rule) => !crossRules.includes(rule as never))).toEqual([]);
});
