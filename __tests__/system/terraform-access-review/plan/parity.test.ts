import { fixture } from "../../../fixtures/plans/fixture";
import { disparities, FROM_CONFIG } from "../../../fixtures/plans/parity";

test("every plan and its synthesized files tell a change of the config alike", () => {
  expect(FROM_CONFIG.flatMap((name) => disparities(name, fixture(name)))).toEqual([]);
  expect(FROM_CONFIG.length).toBeGreaterThan(50);
});
