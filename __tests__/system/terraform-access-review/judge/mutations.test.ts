import { onePerKind } from "../../../support/ledger-mutations";
import { MUTATED, misjudged, unseen } from "../../../support/mutation-verdicts";
import { accessBetween } from "../../../support/synthesized-states";

describe.each(Object.entries(MUTATED))("where %s", (_, make) => {
  const { state, news, others } = make();

  test("ledgers judge every mutation rightly", () => {
    expect(misjudged(state, news)).toEqual([]);
    expect(news.length).toBeGreaterThan(30);
  });

  test("a whole change judges one mutation of each kind rightly", () => {
    expect(misjudged(state, onePerKind(news), accessBetween)).toEqual([]);
  });

  test("every other mutation changes the ledger", () => {
    expect(unseen(state, others)).toEqual([]);
  });
});
