import {
  byPrecedence,
  isLessSpecific,
  matchesExactly,
  namesPartOf,
  patternOf,
  patternOfKey,
  variablesOf,
} from "../../../contract/route-pattern";
import { testAll } from "../../support/test-all";

test("patterns differ by literals and kinds of variables, not by variable names", () => {
  expect(patternOf("/orders/{id}").key).toBe(patternOf("/orders/{orderId}").key);
  const keys = ["/orders/{id}", "/orders/{id+}", "/orders/id", "/Orders/{id}", "/orders/{id}/"].map(
    (path) => patternOf(path).key,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test("a pattern knows whether it has a variable", () => {
  expect(patternOf("/orders").hasVariable).toBe(false);
  expect(patternOf("/orders/{id}").hasVariable).toBe(true);
  expect(patternOf("/files/{proxy+}").hasVariable).toBe(true);
});

testAll([
  ["/orders/{id}", "/orders/export", true],
  ["/orders/export", "/orders/{id}", false],
  ["/files/{proxy+}", "/files/{name}", true],
  ["/files/{name}", "/files/{proxy+}", false],
  ["/{proxy+}", "/files/{proxy+}", true],
  ["/files/{proxy+}", "/{proxy+}", false],
  ["/{name}/{proxy+}", "/{name}", true],
  ["/files/{proxy+}", "/{name}", false],
  ["/Orders/{id}", "/orders/{id}", false],
])("%s is less specific than %s: %s", (other, pattern, expected) => {
  expect(isLessSpecific(patternOf(other), patternOf(pattern))).toBe(expected);
});

test("of two patterns that are each narrower somewhere, neither is less specific", () => {
  const [left, right] = [patternOf("/a/{x}/c"), patternOf("/a/b/{x}")];
  expect([isLessSpecific(left, right), isLessSpecific(right, left)]).toEqual([false, false]);
});

testAll([
  ["/files/admin", "/files/{path+}", true],
  ["/files/a/b/c", "/files/{path+}", true],
  ["/accounts/me", "/accounts/{id}/locks", true],
  ["/files/{name}", "/files/{path+}", false],
  ["/accounts", "/accounts/{id}", false],
  ["/accounts/", "/accounts/{id}", false],
  ["/", "/{path+}", false],
  ["/accounts/{id}", "/accounts/me", false],
])("%s matches a part of what %s matches: %s", (other, pattern, expected) => {
  expect(namesPartOf(patternOf(other), patternOf(pattern))).toBe(expected);
});

test("a route key is a method and a path, and a greedy variable's name has no plus", () => {
  expect(patternOfKey("GET /orders/{id}")).toEqual(patternOf("/orders/{id}"));
  expect(variablesOf("/orders/{id}/files/{path+}")).toEqual(["id", "path"]);
  expect(variablesOf("/orders")).toEqual([]);
});

testAll([
  ["/", "/", true],
  ["/orders", "/orders", true],
  ["/orders", "/Orders", false],
  ["/orders", "/orders/", false],
  ["/orders/{id}", "/orders/7", true],
  ["/orders/{id}", "/orders/", false],
  ["/orders/{id}", "/orders", false],
  ["/orders/{id}", "/orders/7/", false],
  ["/orders/{id}", "/orders/7/8", false],
  ["/orders/{id}/items", "/orders/7/items", true],
  ["/orders/{id}/items", "/orders//items", false],
  ["/files/{proxy+}", "/files/a", true],
  ["/files/{proxy+}", "/files/a/b/", true],
  ["/files/{proxy+}", "/files/", false],
  ["/files/{proxy+}", "/files", false],
  ["/{proxy+}", "/", false],
])("exact match of %s and %s: %s", (route, path, expected) => {
  expect(matchesExactly(patternOf(route), path)).toBe(expected);
});

test("precedence is literal, variable, greedy variable, and the shorter path first", () => {
  const ordered = [
    "/",
    "/orders",
    "/orders/export",
    "/orders/{id}",
    "/orders/{id}/items",
    "/orders/{path+}",
    "/{path+}",
  ];
  const sorted = [...ordered].reverse().map(patternOf).sort(byPrecedence);
  expect(sorted.map(({ path }) => path)).toEqual(ordered);
});
