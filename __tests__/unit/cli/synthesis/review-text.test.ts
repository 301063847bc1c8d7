import { reviewText } from "../../../../cli/synthesis/review-text";

test("keys are sorted, and what cdktf says of itself is gone at every depth", () => {
  const text = reviewText({
    "//": { metadata: { version: "0.21.0" } },
    resource: { b: { x: { "//": { path: "dev/x" }, z: 1, a: [{ "//": 1, c: 2 }] } } },
  });
  expect(text).toBe(`${JSON.stringify({ resource: { b: { x: { a: [{ c: 2 }], z: 1 } } } }, null, 2)}\n`);
});

test("the order of a list is kept: it may mean something", () => {
  expect(JSON.parse(reviewText({ list: ["b", "a"] }))).toEqual({ list: ["b", "a"] });
});
