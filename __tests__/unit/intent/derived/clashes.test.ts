import { clashes } from "../../../../intent/derived/clashes";

const pairs = (claims: readonly string[]) =>
  clashes(
    claims.map((text, index) => ({ text, index })),
    ({ text }) => text,
  ).map(({ claim, other }) => `${claim.index}-${other.index}`);

test("each of two clashing claims is reported together with the other", () => {
  expect(pairs(["a", "b", "a"])).toEqual(["0-2", "2-0"]);
  expect(pairs(["a", "a", "a"])).toEqual(["0-1", "1-0", "2-0"]);
});

test("claims on different things do not clash", () => {
  expect(pairs(["a", "b"])).toEqual([]);
  expect(pairs([])).toEqual([]);
});

test("claims that are not rivals do not clash, even on the same thing", () => {
  const claims = ["dev 1", "dev 2", "prod 3"];
  const found = clashes(
    claims,
    () => "one",
    (a, b) => a.slice(0, 3) !== b.slice(0, 3),
  );
  expect(found.map(({ claim, other }) => [claim, other])).toEqual([
    ["dev 1", "prod 3"],
    ["dev 2", "prod 3"],
    ["prod 3", "dev 1"],
  ]);
});
