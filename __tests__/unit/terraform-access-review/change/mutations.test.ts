import { onePerKind } from "../../../support/ledger-mutations";
import { MUTATED, misjudged } from "../../../support/mutation-verdicts";

/** Every mutation is judged in the system tier. Those of a REST API have a file of their own. */
test.each(["functions decide", "Envoy decides", "functions decide and Envoy verifies"] as const)(
  "where %s, a review judges a mutation of each kind rightly, there and back",
  (name) => {
    const { state, news } = MUTATED[name]();
    expect(misjudged(state, onePerKind(news))).toEqual([]);
  },
);
