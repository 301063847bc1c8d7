import fc from "../../../support/properties";
import { REPORT, shuffledReport } from "../../../support/shuffled-states";

test("no order of keys, of resources or of lists that are sets changes a report", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(shuffledReport(seed)).toBe(REPORT);
    }),
    { numRuns: 60 },
  );
});
