import type { AccessChange } from "../../../../packages/terraform-access-review/model/change";
import { changedOutside } from "../../../support/changed-outside";
import { APPLIED, appliedCases, onePerPlace } from "../../../support/nested-drift";

/** Each place of each type, in the first stack that has it. */
const CASES = (() => {
  const seen = new Set<string>();
  return APPLIED.map((name) => {
    const own = onePerPlace(appliedCases(name)).filter(({ object, path }) => !seen.has(`${object.type} ${path}`));
    for (const { object, path } of own) seen.add(`${object.type} ${path}`);
    return [name, own] as const;
  });
})();

test.each(CASES)("%s: undoing a change by hand has the effect of the deploy that undoes it", (name, cases) => {
  const differing = cases.flatMap(({ object: { address }, attribute, path, kind, value }) => {
    const change = { address, change: () => ({ [attribute]: value }) };
    const deploy = effectOf(changedOutside(name, change).access);
    const byHand = effectOf(changedOutside(name, change, "undone").driftAccess);
    return deploy === byHand ? [] : [`${address} ${path} ${kind}: ${deploy} by a deploy, ${byHand} by hand`];
  });
  expect(differing).toEqual([]);
  expect(cases.length).toBeGreaterThan(50);
});

function effectOf({ rows, guards }: AccessChange = { rows: [], guards: [] }): string {
  return [...new Set([...rows, ...guards].map(({ effect }) => effect))].sort().join(" and ");
}
