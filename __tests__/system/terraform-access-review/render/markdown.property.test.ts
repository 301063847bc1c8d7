import fc from "../../../support/properties";
import { commentOf, SHAPE, shapeOf } from "../../../support/rendered-comment";

test("whatever a name is, the table keeps its shape", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (name) => {
      expect(shapeOf(commentOf(name))).toEqual(SHAPE);
    }),
    { numRuns: 200 },
  );
});
