import { deepFreeze } from "../../../../intent/source/freeze";

test("everything inside is frozen, lists included", () => {
  const value = deepFreeze({ a: { b: [{ c: 1 }] } });
  expect(Object.isFrozen(value)).toBe(true);
  expect(Object.isFrozen(value.a)).toBe(true);
  expect(Object.isFrozen(value.a.b)).toBe(true);
  expect(Object.isFrozen(value.a.b[0])).toBe(true);
});
