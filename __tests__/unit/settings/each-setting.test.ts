import { verdictOf } from "../../../packages/terraform-access-review/render/verdict";
import { ReadableStack } from "../../support/local/reading";
import { leavesOfConfig, reviewed, reviewsOf, SETTINGS, shopWith, VERDICT_WORDS } from "../../support/settings";

test("every key of the config has a case, and one right verdict, of which a person gives at most eight", () => {
  expect(SETTINGS.map(({ key }) => key).sort()).toEqual([...leavesOfConfig()].sort());
  expect(SETTINGS.filter(({ expected }) => expected.person !== undefined).length).toBeLessThanOrEqual(8);
});

test("every key alone changes the stack or the policy, except those that are only checked", () => {
  const isSame = (setting: (typeof SETTINGS)[number]) => {
    const [before, after] = reviewed(setting).map((state) => JSON.stringify(state));
    return before === after;
  };
  const checkedOnly = SETTINGS.filter(({ expected }) => expected.unseenBy === "synthesis");
  expect(SETTINGS.filter(isSame)).toEqual(checkedOnly);
});

test("the local front door reads the stack of every key", () => {
  const refusals = SETTINGS.flatMap(({ key, after }) => {
    const refusal = ReadableStack.ofIntent(shopWith(after)).refusal();
    return refusal === undefined ? [] : [`${key}: ${refusal}`];
  });
  expect(refusals).toEqual([]);
});

/** `npm test -- -t "services.<id>.port"` runs one key. Its case in `support/settings.ts` has the right verdict. */
test.each(SETTINGS)("the review is right about $key, and names the change, in both directions", (setting) => {
  const reviews = reviewsOf(setting);
  const verdicts = reviews.map((review) => VERDICT_WORDS[verdictOf(review).access]);
  expect(verdicts).toEqual(setting.expected.verdicts);
  const areNamed = reviews.map(({ resources, access, notes }) =>
    [resources, access.rows, access.guards, notes].some(({ length }) => length > 0),
  );
  const isNamed = setting.expected.unseenBy === undefined;
  expect(areNamed).toEqual([isNamed, isNamed]);
  // The report has no part of which this program does not know what it means.
  const unknown = reviews.flatMap(({ access }) => access.guards.filter(({ doubt, known }) => doubt && !known));
  expect(unknown).toEqual([]);
});
