import { nearest, suggestion } from "../../../../intent/model/nearest";

const services = ["orders", "catalog", "accounts"];

test.each([
  ["ordrs", "orders"],
  ["Orders", "orders"],
  ["catlog", "catalog"],
  ["acounts", "accounts"],
  ["cxtxlxg", "catalog"],
])("%s was probably meant to be %s", (word, meant) => {
  expect(nearest(word, services)).toBe(meant);
});

test.each(["billing", "x", "", "cxtxlxx"])("no candidate is close enough to %j", (word) => {
  expect(nearest(word, services)).toBeUndefined();
});

test("a word is not its own suggestion", () => {
  expect(nearest("orders", ["orders"])).toBeUndefined();
});

test("a suggestion names the nearest word, or lists all", () => {
  expect(suggestion("ordrs", services)).toBe('did you mean "orders"?');
  expect(suggestion("billing", services)).toBe("known: accounts, catalog, orders");
  expect(suggestion("billing", [])).toBe("none is defined");
});
