import { patternOf } from "../../../../../contract/route-pattern";
import {
  loosePattern,
  looseSegments,
  matchesLoosely,
  matchesLooselyAbove,
} from "../../../../../functions/authorizer/request/path-rule";
import { testAll } from "../../../../support/test-all";

const loosely = (route: string, path: string) => matchesLoosely(loosePattern(patternOf(route)), looseSegments(path));

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
])("a lenient framework may read %s as /orders/export", (path) => {
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
])("no framework reads %s as /orders/export", (path) => {
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
])("%s loosely matches %s", (route, path) => {
  expect(loosely(route, path)).toBe(true);
});

testAll([
  ["/files/admin", "/files/admin/users", true],
  ["/files/admin", "/FILES/Admin/users/7/", true],
  ["/files/admin", "/files/admin", true],
  ["/files/{name}/meta", "/files/7/meta/x", true],
  ["/files/admin", "/files/administrators/7", false],
  ["/files/admin", "/files", false],
])("a framework that mounts %s matches %s: %s", (route, path, expected) => {
  expect(matchesLooselyAbove(loosePattern(patternOf(route)), looseSegments(path))).toBe(expected);
});
