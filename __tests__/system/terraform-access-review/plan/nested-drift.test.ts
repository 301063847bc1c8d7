import { APPLIED, nestedDrift } from "../../../support/nested-drift";

test.each(APPLIED)("%s: each change within a declared attribute is drift, by its name", (name) => {
  const { cases, missed } = nestedDrift(name, (all) => all);
  expect(missed).toEqual([]);
  expect(cases).toBeGreaterThan(1000);
});
