import { verdictOf } from "../../../packages/terraform-access-review/render/report";
import { ReadableStack } from "../../support/local/reading";
import {
  CASES_PLACE,
  CHANGED,
  CHANGES_PLACE,
  keysNamed,
  keysWithoutChange,
  leavesOfConfig,
  reviewed,
  reviewsOf,
  SETTINGS,
  shopWith,
  VERDICT_WORDS,
} from "../../support/settings";

/** `npx jest --selectProjects unit -t "services.<id>.port"` runs one key. Titles name the line of its case. */

test("every key of the config has a case, and one right verdict, of which a person gives at most eight", () => {
  const [cases, keys] = [SETTINGS.map(({ key }) => key), leavesOfConfig()];
  const faults = [
    ...keys.filter((key) => !cases.includes(key)).map((key) => `${CASES_PLACE}: add a case of ${key}`),
    ...SETTINGS.filter(({ key }) => !keys.includes(key)).map(({ key, place }) => `${place}: ${key} is no key`),
  ];
  expect(faults).toEqual([]);
  expect(SETTINGS.filter(({ expected }) => expected.person !== undefined).length).toBeLessThanOrEqual(8);
});

test.each(SETTINGS)("$key alone changes the stack or the policy, unless it is only checked ($place)", (setting) => {
  const [before, after] = reviewed(setting).map((state) => JSON.stringify(state));
  expect(before === after).toBe(setting.expected.unseenBy === "synthesis");
});

test.each(SETTINGS)("the local front door reads the stack of $key ($place)", ({ after }) => {
  // It names the address and the attribute.
  const refusal = ReadableStack.ofIntent(shopWith(after)).refusal();
  const where =
    "read or ignore it in the file of packages/local-front-door that reads the type, or add the type to PASSIVE";
  expect(refusal && `${refusal}: ${where}`).toBeUndefined();
});

test("each key that decides access, and that its case sets where nothing was, has a second value", () => {
  expect(keysWithoutChange().map((key) => `${CHANGES_PLACE}: add a second value of ${key}`)).toEqual([]);
});

const REVIEWED = [...SETTINGS, ...CHANGED];

test.each(REVIEWED)("the review is right about $key, and names the change, in both directions ($place)", (setting) => {
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

test.each(REVIEWED)("the review names a line of $key, if it changes who may do what ($place)", (setting) => {
  // Otherwise a stack says nowhere that this key sets the attribute: `comesFrom`, or `policySource`.
  const keys = keysNamed(setting);
  const isOf = (key: string) =>
    setting.named.some((own) => key === own || [".", "["].some((sign) => key.startsWith(own + sign)));
  expect(keys.length === 0 || keys.some(isOf) ? setting.named : keys).toEqual(setting.named);
});
