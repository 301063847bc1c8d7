import { formatPath, nearestNode, nodeAt, plain } from "../../../../intent/source/located";
import { locate } from "../../../support/located-values";

const root = locate({ services: { orders: { scopes: ["a", "b"], min: 0 } } });

test("plain returns the value without places", () => {
  expect(plain(root)).toEqual({ services: { orders: { scopes: ["a", "b"], min: 0 } } });
});

test("a key named like a prototype's member is an ordinary key", () => {
  const value = plain({
    kind: "map",
    origin: root.origin,
    entries: new Map([["constructor", locate("x")]]),
  });
  expect(Object.entries(value as object)).toEqual([["constructor", "x"]]);
});

test("nodeAt finds maps, lists and scalars by path", () => {
  expect(nodeAt(root, ["services", "orders", "scopes", 1])).toMatchObject({ value: "b" });
  expect(nodeAt(root, ["services", "orders", "min"])).toMatchObject({ value: 0 });
});

test("nodeAt returns undefined for an unwritten path", () => {
  expect(nodeAt(root, ["services", "catalog", "min"])).toBeUndefined();
  expect(nodeAt(root, ["services", "orders", "min", "deeper"])).toBeUndefined();
  expect(nodeAt(root, ["services", "toString"])).toBeUndefined();
});

test("nearestNode returns the deepest written node on the path", () => {
  expect(plain(nearestNode(root, ["services", "orders", "max"]))).toEqual({ scopes: ["a", "b"], min: 0 });
});

test.each([
  [[], ""],
  [["services", "orders", "scaling", "max"], "services.orders.scaling.max"],
  [["services", "orders", "routes", "GET /orders", "scopes", 0], 'services.orders.routes["GET /orders"].scopes[0]'],
  [["clients", "reporting-agent"], "clients.reporting-agent"],
  [["GET /"], '["GET /"]'],
])("the path %j is formatted as %s", (path, text) => {
  expect(formatPath(path)).toBe(text);
});
