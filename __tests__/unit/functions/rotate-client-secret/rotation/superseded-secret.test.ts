import { supersededOf, type TwoSecrets } from "../../../../../functions/rotate-client-secret/handler";

const at = (createdAt: number) => ({ id: `client--${createdAt}`, createdAt });
/** AWSCURRENT was created at 200 and is the newer secret. The next rotation began at 300. */
const SETTLED: TwoSecrets = {
  older: at(100),
  newer: at(201),
  currentMadeAt: 200,
  pendingMadeAt: 300,
  previous: "known",
  currentIsFirst: false,
};

test.each<[string, Partial<TwoSecrets>, "older" | "newer"]>([
  ["the one before the current one, after a complete rotation", {}, "older"],
  ["the one that this rotation added, if the response was lost", { older: at(201), newer: at(300) }, "newer"],
  ["the same, although Cognito still accepts AWSPREVIOUS for a moment", { newer: at(301), previous: "known" }, "newer"],
  ["left over from an abandoned rotation", { older: at(201), newer: at(250), previous: "unknown" }, "newer"],
  ["the same before the first complete rotation", { previous: "none", currentIsFirst: true, newer: at(250) }, "newer"],
])("the superseded secret is %s", (_, change, expected) => {
  const two = { ...SETTLED, ...change };
  expect(supersededOf(two)).toBe(two[expected]);
});

test.each<[string, Partial<TwoSecrets>]>([
  ["Cognito accepts AWSPREVIOUS, but no secret is older than AWSCURRENT", { older: at(200), newer: at(250) }],
  ["the first version is current again", { currentIsFirst: true, currentMadeAt: 150 }],
  ["only dates distinguish the two", { previous: "none", currentIsFirst: false }],
])("no secret is deleted if %s", (_, change) => {
  expect(() => supersededOf({ ...SETTLED, ...change })).toThrow(
    /which of them callers use is not certain.*docs\/how-to\/secrets\.md/,
  );
});
