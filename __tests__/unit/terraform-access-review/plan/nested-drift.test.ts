import { APPLIED, nestedDrift, onePerPlace } from "../../../support/nested-drift";

test.each(APPLIED)("%s: a change of each kind within a declared attribute is drift, by its name", (name) => {
  const { cases, missed } = nestedDrift(name, onePerPlace);
  expect(missed).toEqual([]);
  expect(cases).toBeGreaterThan(100);
});
