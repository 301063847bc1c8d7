import { verdictOf } from "../../../packages/terraform-access-review/render/verdict";
import { ReadableStack } from "../../support/local/reading";
import { JUDGED_BY_A_PERSON, VERDICT_WORDS, VERDICTS } from "../../support/setting-verdicts";
import { CHECKED_ONLY, leavesOfConfig, reviewed, reviewsOf, SETTINGS, shopWith } from "../../support/settings";

test("every key of the config has a case, and one right verdict, of which a person gives at most eight", () => {
  const keys = SETTINGS.map(({ key }) => key).sort();
  expect(keys).toEqual([...leavesOfConfig()].sort());
  expect([...Object.keys(VERDICTS), ...Object.keys(JUDGED_BY_A_PERSON)].sort()).toEqual(keys);
  expect(Object.keys(JUDGED_BY_A_PERSON).length).toBeLessThanOrEqual(8);
});

test("every key alone changes the stack or the policy, except those that are only checked", () => {
  const isSame = (setting: (typeof SETTINGS)[number]) => {
    const [before, after] = reviewed(setting).map((state) => JSON.stringify(state));
    return before === after;
  };
  const unchanged = SETTINGS.filter(isSame).map(({ key }) => key);
  expect(unchanged.sort()).toEqual([...CHECKED_ONLY].sort());
});

test("the local front door reads the stack of every key", () => {
  const refusals = SETTINGS.flatMap(({ key, after }) => {
    const refusal = ReadableStack.ofIntent(shopWith(after)).refusal();
    return refusal === undefined ? [] : [`${key}: ${refusal}`];
  });
  expect(refusals).toEqual([]);
});

/** `npm test -- -t "services.<id>.port"` runs one key. Its verdict is a line of `support/setting-verdicts.ts`. */
test.each(SETTINGS)("the review is right about $key, and names the change, in both directions", (setting) => {
  const reviews = reviewsOf(setting);
  const verdicts = reviews.map((review) => VERDICT_WORDS[verdictOf(review).access]);
  expect(verdicts).toEqual(VERDICTS[setting.key] ?? ["a person judges", "a person judges"]);
  const areNamed = reviews.map(({ resources, access, notes }) =>
    [resources, access.rows, access.guards, notes].some(({ length }) => length > 0),
  );
  expect(areNamed).toEqual(UNNAMED.includes(setting.key) ? [false, false] : [true, true]);
  // The report has no part of which this program does not know what it means.
  const unknown = reviews.flatMap(({ access }) => access.guards.filter(({ doubt, known }) => doubt && !known));
  expect(unknown).toEqual([]);
});

/** A former address changes nothing where the stack before has no resource with it. */
const UNNAMED: readonly string[] = [...CHECKED_ONLY, "services.<id>.routes.<id>.previousName"];
