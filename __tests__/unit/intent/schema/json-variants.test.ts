import { variantsOf } from "../../../../intent/schema/json-variants";

test("unions inside unions are one list of variants", () => {
  expect(variantsOf({ oneOf: [{ const: 1 }, { anyOf: [{ const: 2 }, { const: 3 }] }] })).toEqual([
    { const: 1 },
    { const: 2 },
    { const: 3 },
  ]);
});

test("anything else has no variants", () => {
  expect(variantsOf({ type: "string" })).toBeUndefined();
});
