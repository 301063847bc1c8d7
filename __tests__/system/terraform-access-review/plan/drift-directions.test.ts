import type { AccessChange } from "../../../../packages/terraform-access-review/model/change";
import { changedOutside } from "../../../support/changed-outside";
import { APPLIED, appliedCases } from "../../../support/nested-drift";

/** A change within each attribute of each type, and in each of its blocks, in the first stack that has it. */
const CASES = (() => {
  const seen = new Set<string>();
  return APPLIED.map((name) => {
    const own = appliedCases(name).filter(({ object, path }) => {
      const place = `${object.type}.${path.split(".").slice(0, 2).join(".")}`;
      return !seen.has(place) && seen.add(place);
    });
    return [name, own] as const;
  });
})();

test("there is a case for each attribute that some stack declares", () => {
  expect(CASES.flatMap(([, cases]) => cases).length).toBeGreaterThan(250);
});

test.each(CASES)("%s: undoing a change by hand has the effect of the deploy that undoes it", (name, cases) => {
  const differing = cases.flatMap(({ object: { address }, attribute, path, kind, value }) => {
    const change = { address, change: () => ({ [attribute]: value }) };
    const deploy = effectOf(changedOutside(name, change).access);
    const byHand = effectOf(changedOutside(name, change, "undone").driftAccess);
    return deploy === byHand ? [] : [`${address} ${path} ${kind}: ${deploy} by a deploy, ${byHand} by hand`];
  });
  expect(differing).toEqual([]);
});

function effectOf({ rows, guards }: AccessChange = { rows: [], guards: [] }): string {
  return [...new Set([...rows, ...guards].map(({ effect }) => effect))].sort().join(" and ");
}
