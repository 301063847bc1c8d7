import { deepFreeze, sortedLists, without } from "../../../../intent/source/values";

test("everything inside is frozen, lists included", () => {
  const value = deepFreeze({ a: { b: [{ c: 1 }] } });
  expect(Object.isFrozen(value)).toBe(true);
  expect(Object.isFrozen(value.a)).toBe(true);
  expect(Object.isFrozen(value.a.b)).toBe(true);
  expect(Object.isFrozen(value.a.b[0])).toBe(true);
});

test("lists of texts are sorted at any depth, and all other lists keep their order", () => {
  const value = { a: ["b", "a"], list: [{ names: ["y", "x"] }, { names: [] }], mixed: ["b", { allOf: ["d", "c"] }] };
  expect(sortedLists(value)).toEqual({
    a: ["a", "b"],
    list: [{ names: ["x", "y"] }, { names: [] }],
    mixed: ["b", { allOf: ["c", "d"] }],
  });
  expect(value.a).toEqual(["b", "a"]);
});

test("a map keeps all keys but those left out", () => {
  expect(without({ a: 1, b: undefined, c: 3 }, "a")).toEqual({ b: undefined, c: 3 });
});
