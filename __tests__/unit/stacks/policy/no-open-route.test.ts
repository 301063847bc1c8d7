import type { Intent } from "../../../../intent/model/intent";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

const preview = intentOf("preview");
const ADDRESS = "aws_apigatewayv2_route.orders_get_orders";

/** Preview, with one public route. */
const open: Intent = {
  ...preview,
  services: preview.services.map((service) => ({
    ...service,
    routes: service.routes.map((route) => {
      const { issuer: _, ...rest } = route;
      return route.key === "GET /orders" ? { ...rest, access: { kind: "public" as const } } : route;
    }),
  })),
};

const allowance = {
  rule: "no-open-route",
  address: ADDRESS,
  reason: "a public catalogue",
  owner: "shop",
  place: { file: "config/allowances.yaml", line: 2, column: 5, path: "preview[0]" },
};

test("a public route stops the synthesis, and the finding names the remedy", () => {
  const [found, ...others] = violations(() => {}, open, "preview");
  expect(found).toContain(`${ADDRESS}: lets anyone call GET /orders, through the gateway and past it`);
  expect(found).toContain("handshake: federated");
  expect(found).toContain("config/allowances.yaml");
  expect(others).toEqual([]);
});

test("an allowed public route requires no token from the gateway or Envoy", () => {
  const allowed = { ...open, allowances: [allowance] };
  expect(violations(() => {}, allowed, "preview")).toEqual([]);
  const route = stackOf(allowed).resource("aws_apigatewayv2_route", "orders_get_orders");
  expect(route).toMatchObject({ authorization_type: "NONE" });
  expect(route).not.toHaveProperty("authorizer_id");
});

test("an allowance for a scoped route is unused", () => {
  expect(violations(() => {}, { allowances: [allowance] }, "preview")).toEqual([
    expect.stringContaining(`got an unused allowance for ${ADDRESS} and the rule no-open-route`),
  ]);
});
