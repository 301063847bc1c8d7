import { linesIn } from "../../../../cli/review/states";
import { placesBy } from "../../../../cli/synthesis/sources";
import type { Source, Sources } from "../../../../stacks/shared/sources";

const NODES = [
  { path: ["clients"], place: "config/dev.yaml:1" },
  { path: ["clients", "web"], place: "config/dev.yaml:2" },
  { path: ["clients", "web", "scopes"], place: "config/dev.yaml:3" },
  { path: ["clients", "web", "scopes", 0], text: "orders/read", place: "config/dev.yaml:4" },
  { path: ["services", "orders"], place: "config/base.yaml:9" },
];
const source = (key: Source["key"], attributes: Source["attributes"] = {}): Source => ({ key, attributes });
const find = (sources: Sources, former?: Sources) => {
  const placeOf = placesBy(sources, () => linesIn(NODES), former);
  return (...at: Parameters<typeof placeOf>) => placeOf(...at)?.place;
};

const WEB = new Map([["aws_client.web", source(["clients", "web"], { scopes: ["clients", "web", "scopes"] })]]);

test("names the line of an attribute's value, of its key, or of its resource", () => {
  const placeOf = find(WEB);
  expect([
    placeOf("aws_client.web", "scopes", ["orders/read"]),
    placeOf("aws_client.web", "scopes", ["orders/write"]),
    placeOf("aws_client.web", "name"),
    placeOf("aws_client.web"),
  ]).toEqual(["config/dev.yaml:4", "config/dev.yaml:3", "config/dev.yaml:2", "config/dev.yaml:2"]);
});

test("a resource that is gone has the line of what is left of its own key, and none if that is unknown", () => {
  const former = new Map([["aws_client.webhook", source(["clients", "webhook"])]]);
  expect(find(WEB, former)("aws_client.webhook")).toBe("config/dev.yaml:1");
  // A name that contains another one says nothing about either.
  expect(find(WEB)("aws_client.web_hook")).toBeUndefined();
});

test("a part of the policy that is gone has the line of what is left of its own key", () => {
  const policy = (attributes: Source["attributes"]) => new Map([["authorizer-policy.json", source([], attributes)]]);
  const [route, key] = ["routes.GET /orders", ["services", "orders", "routes", "GET /orders"]];
  const now = policy({ "routes.GET /carts": ["services", "orders", "routes", "GET /carts"] });
  expect(find(now, policy({ [route]: key }))("authorizer-policy.json", route)).toBe("config/base.yaml:9");
  expect(find(now)("authorizer-policy.json", route)).toBeUndefined();
});

test("a resource that stays has its present key, whatever its former one was", () => {
  const former = new Map([["aws_client.web", source(["services", "orders"], { scopes: ["services", "orders"] })]]);
  expect(find(WEB, former)("aws_client.web", "scopes")).toBe("config/dev.yaml:3");
});

test("a resource of the project's own code has its place there, and none after it is gone", () => {
  const own = new Map([["aws_role.own", { ...source([]), own: "own.ts:5" }]]);
  expect(find(own)("aws_role.own", "name")).toBe("own.ts:5");
  expect(find(new Map(), own)("aws_role.own", "name")).toBeUndefined();
});
