import { onePerKind, onePerType } from "../../../support/ledger-mutations";
import { MUTATED, misjudged, unseen } from "../../../support/mutation-verdicts";
import { accessBetween } from "../../../support/synthesized-states";

describe.each(Object.entries(MUTATED))("where %s", (_, make) => {
  const { state, news, others } = make();

  test("ledgers judge a mutation of each kind and type rightly", () => {
    expect(misjudged(state, onePerType(news))).toEqual([]);
    expect(news.length).toBeGreaterThan(30);
  });

  test("a whole change judges one mutation of each kind rightly", () => {
    expect(misjudged(state, onePerKind(news), accessBetween)).toEqual([]);
  });

  test("each other kind of mutation of each type changes the ledger", () => {
    expect(unseen(state, onePerType(others))).toEqual([]);
  });
});
