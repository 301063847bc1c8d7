import { mutations } from "../../../support/ledger-mutations";
import { EVERYWHERE, unseen } from "../../../support/mutation-verdicts";
import { synthesizedNames, synthesizedState } from "../../../support/synthesized";

test.each(synthesizedNames())(
  "%s: each identity that runs code or calls services, and each grant, has a row",
  (name) => {
    const state = synthesizedState(name);
    const found = mutations(state).filter(({ kind }) => EVERYWHERE.test(kind));
    expect(unseen(state, found)).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
  },
);
