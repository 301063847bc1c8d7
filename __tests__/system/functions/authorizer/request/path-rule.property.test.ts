import { assertNoNarrowerRoute } from "../../../../support/authorizer/disguised-routes";

/** Many random cases of the property that `unit/functions/authorizer/request/path-rule.test.ts` checks for a few. */
test("no path that a loosely matching framework would send to a narrower route passes on the wider one", () => {
  expect(assertNoNarrowerRoute({ runs: 100, paths: 80 })).toBeGreaterThan(500);
}, 60_000);
