import {
  isLessSpecific,
  looseSegments,
  matchesExactly,
  matchesLoosely,
  matchesLooselyAbove,
  namesPartOf,
  patternOf,
} from "../../../../functions/authorizer/route-pattern";
import { testAll } from "../../../support/test-all";

const exactly = (route: string, path: string) => matchesExactly(patternOf(`GET ${route}`), path);
const loosely = (route: string, path: string) => matchesLoosely(patternOf(`GET ${route}`), looseSegments(path));

test("the names of variables do not distinguish patterns, their kinds and literals do", () => {
  expect(patternOf("GET /orders/{id}").key).toBe(patternOf("DELETE /orders/{orderId}").key);
  const keys = ["/orders/{id}", "/orders/{id+}", "/orders/id", "/Orders/{id}", "/orders/{id}/"].map(
    (path) => patternOf(`GET ${path}`).key,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test("a pattern knows whether it has a variable", () => {
  expect(patternOf("GET /orders").hasVariable).toBe(false);
  expect(patternOf("GET /orders/{id}").hasVariable).toBe(true);
  expect(patternOf("GET /files/{proxy+}").hasVariable).toBe(true);
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
])("as the gateway matches: %s and %s: %s", (route, path, expected) => {
  expect(exactly(route, path)).toBe(expected);
});

testAll([
  "/orders/export",
  "/ORDERS/Export",
  "/orders/export/",
  "/orders/export//",
  "/orders/ export ",
  "/orders/export.json",
  "/orders/EXPORT.tar.gz",
  "/orders/export .json",
  "/orders/export.",
  "/orders/ｅｘｐｏｒｔ",
  "/orders/éxport",
  "/order\u017f/export",
])("a lenient framework may take %s for /orders/export", (path) => {
  expect(loosely("/orders/export", path)).toBe(true);
});

testAll([
  "/orders/exports",
  "/orders/exportjson",
  "/orders/export json",
  "/orders",
  "/orders/export/7",
  "/orders.json/export",
  "/xorders/export",
])("no framework takes %s for /orders/export", (path) => {
  expect(loosely("/orders/export", path)).toBe(false);
});

testAll([
  ["/admin", "/adm\u0130n"],
  ["/admin", "/adm\u0131n"],
  ["/strasse", "/stra\u00dfe"],
  ["/kelvin", "/\u212aelvin"],
  ["/files/{proxy+}", "/files"],
  ["/files/{proxy+}", "/FILES/a/b"],
  ["/orders/{id}", "/orders/7/"],
  ["/", "/"],
  ["/orders/", "/orders"],
])("%s is loosely %s", (route, path) => {
  expect(loosely(route, path)).toBe(true);
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
  expect(isLessSpecific(patternOf(`GET ${other}`), patternOf(`GET ${pattern}`))).toBe(expected);
});

test("of two patterns that are each narrower somewhere, neither is less specific", () => {
  const [left, right] = [patternOf("GET /a/{x}/c"), patternOf("GET /a/b/{x}")];
  expect([isLessSpecific(left, right), isLessSpecific(right, left)]).toEqual([false, false]);
});

testAll([
  ["/files/admin", "/files/admin/users", true],
  ["/files/admin", "/FILES/Admin/users/7/", true],
  ["/files/admin", "/files/admin", true],
  ["/files/{name}/meta", "/files/7/meta/x", true],
  ["/files/admin", "/files/administrators/7", false],
  ["/files/admin", "/files", false],
])("a framework that mounts %s takes %s: %s", (route, path, expected) => {
  expect(matchesLooselyAbove(patternOf(`GET ${route}`), looseSegments(path))).toBe(expected);
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
])("%s names a part of what %s takes: %s", (other, pattern, expected) => {
  expect(namesPartOf(patternOf(`GET ${other}`), patternOf(`GET ${pattern}`))).toBe(expected);
});
