import { canonical, sortedKeys } from "../../../../packages/terraform-access-review/terraform-json/order";

const KEYS = Array.from({ length: 40 }, (_, index) => `key${(index * 7) % 40}`);

test.each([0, 1, 2, 3, 16, 17, 40])("%i keys are sorted by code units, whatever their order", (count) => {
  const keys = KEYS.slice(0, count);
  const fields = Object.fromEntries(keys.map((key) => [key, key]));
  expect(sortedKeys(fields)).toEqual([...keys].sort());
  expect(Object.keys(fields)).toEqual(keys);
});

test("capital letters come before small ones, and equal values have one text", () => {
  expect(sortedKeys({ b: 1, a: 2, B: 3, _: 4 })).toEqual(["B", "_", "a", "b"]);
  expect(canonical({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
});
