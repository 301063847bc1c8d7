import { changeOfStacks } from "../../../packages/terraform-access-review/change/from-stacks";
import { ReadableStack } from "../../support/local/reading";
import { stateOf } from "../../support/rest-state";
import { CHECKED_ONLY, leavesOfConfig, SETTINGS, shopWith } from "../../support/settings";

const states = ({ before, after }: (typeof SETTINGS)[number]) =>
  [before, after].map((overlay) => stateOf(shopWith(overlay))) as [
    ReturnType<typeof stateOf>,
    ReturnType<typeof stateOf>,
  ];
const differ = ([one, other]: readonly [unknown, unknown]) => JSON.stringify(one) !== JSON.stringify(other);

test("every key of the config has a case here", () => {
  expect(SETTINGS.map(({ key }) => key).sort()).toEqual([...leavesOfConfig()].sort());
});

test("every key alone changes the stack or the policy, except those that are only checked", () => {
  const unchanged = SETTINGS.filter((setting) => !differ(states(setting))).map(({ key }) => key);
  expect(unchanged.sort()).toEqual([...CHECKED_ONLY].sort());
});

test("the local front door reads the stack of every key", () => {
  const refusals = SETTINGS.flatMap(({ key, after }) => {
    const refusal = ReadableStack.ofIntent(shopWith(after)).refusal();
    return refusal === undefined ? [] : [`${key}: ${refusal}`];
  });
  expect(refusals).toEqual([]);
});

test("a review of every key names the change, in both directions", () => {
  const silent = SETTINGS.flatMap((setting) => {
    const [before, after] = states(setting);
    const changes = [changeOfStacks("dev", before, after), changeOfStacks("dev", after, before)];
    const isNamed = changes.every(({ resources, access, notes }) => {
      return resources.length + access.rows.length + access.guards.length + notes.length > 0;
    });
    return isNamed ? [] : [setting.key];
  });
  expect(silent.sort()).toEqual([...CHECKED_ONLY, ...UNREVIEWED].sort());
});

/** A former address changes nothing where the stack before has no resource with it. */
const UNREVIEWED: readonly string[] = ["services.<id>.routes.<id>.previousName"];
