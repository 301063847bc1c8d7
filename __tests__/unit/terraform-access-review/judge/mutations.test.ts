import { onePerKind } from "../../../support/ledger-mutations";
import { MUTATED, misjudged } from "../../../support/mutation-verdicts";

/** The system tier judges one of each kind and type. `access/rest-changes.test.ts` judges those of a REST API. */
test.each(["functions decide", "Envoy decides", "functions decide and Envoy verifies"] as const)(
  "if %s, a review judges a mutation of each kind correctly, and its reverse",
  (name) => {
    const { state, news } = MUTATED[name]();
    expect(misjudged(state, onePerKind(news))).toEqual([]);
  },
);
