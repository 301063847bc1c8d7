import { mutations } from "../../../support/ledger-mutations";
import { EVERYWHERE, unseen } from "../../../support/mutation-verdicts";
import { synthesizedNames, synthesizedState } from "../../../support/synthesized";

test.each(synthesizedNames())(
  "%s: as whom code runs, what somebody is given and as whom services are called has a row each",
  (name) => {
    const state = synthesizedState(name);
    const found = mutations(state).filter(({ kind }) => EVERYWHERE.test(kind));
    expect(unseen(state, found)).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
  },
);
