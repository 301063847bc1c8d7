import { jsonIn } from "../../../../packages/terraform-access-review/terraform-json/json-text";
import { testAll } from "../../../support/test-all";

testAll([
  ['{"a":1,"a":1}'],
  ['{"a":{"b":[{"c":1,"d":2,"c":3}]}}'],
  ['[{"a":1},{"b":{"x":1,"x":2}}]'],
  ['{"a":1,"\\u0061":2}'],
  ['{"a":"}","a":2}'],
  ['{"":1,"":2}'],
])("%s is ambiguous", (text) => {
  expect(jsonIn(text)).toEqual({ value: JSON.parse(text), isAmbiguous: true });
});

testAll([
  ['{"a":{"a":1},"b":{"a":2}}'],
  ['[{"a":1},{"a":1}]'],
  ['{"a":"a\\":1,\\"a","b":"a:{"}'],
  ['{"a":["a","a"],"A":1}'],
  [" {}"],
])("%s has one meaning", (text) => {
  expect(jsonIn(text)).toEqual({ value: JSON.parse(text), isAmbiguous: false });
});

test("anything else is no JSON of an object or a list", () => {
  expect(["{", "x", '"x"', "1", "${jsonencode({})}", 1, {}, null].map(jsonIn)).toEqual(Array(8).fill(undefined));
});
