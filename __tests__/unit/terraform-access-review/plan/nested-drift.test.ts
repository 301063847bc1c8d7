import { APPLIED, nestedDrift } from "../../../support/nested-drift";

test.each(APPLIED)(
  "%s: each kind of change within a declared attribute is drift, with the attribute's name",
  (name) => {
    const { cases, missed } = nestedDrift(name);
    expect(missed).toEqual([]);
    expect(cases).toBeGreaterThan(100);
  },
);
