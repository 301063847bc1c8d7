import { mutations, onePerType } from "../../../support/ledger-mutations";
import { EVERYWHERE, unseen } from "../../../support/mutation-verdicts";
import { synthesizedNames, synthesizedState } from "../../../support/synthesized";

test.each(synthesizedNames())(
  "%s: identities that run code or call services, and grants, of each type have a row",
  (name) => {
    const state = synthesizedState(name);
    const found = onePerType(mutations(state).filter(({ kind }) => EVERYWHERE.test(kind)));
    expect(unseen(state, found)).toEqual([]);
    expect(found.length).toBeGreaterThan(10);
  },
);
