import type { Client } from "../../../../intent/model/client-intent";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";

const POOL_CLIENT = "aws_cognito_user_pool_client.reporting_agent";

function agents(changed: Partial<Client> = {}, id = "reporting-agent"): { readonly clients: readonly Client[] } {
  const agent = { kind: "agent", ...changed } as const;
  const { clients } = intentOf("dev");
  return { clients: clients.map((each) => (each.id === id ? ({ ...each, ...agent } as Client) : each)) };
}

test("a read-only agent passes", () => {
  expect(violations(() => {}, agents())).toEqual([]);
});

test("an agent with scopes of write routes stops the synthesis, unless config allows it with a reason", () => {
  const scopes = ["orders/read", "orders/write"];
  const found = violations(() => {}, agents({ scopes }));
  expect(found).toContainEqual(
    expect.stringContaining("clients.reporting-agent: opens POST /orders: expected only GET and HEAD"),
  );
  expect(found.join()).not.toContain("GET /orders:");
  expect(violations(() => {}, agents({ scopes, allowWrites: true }))).toEqual(found);
  expect(violations(() => {}, agents({ scopes, allowWrites: true, allowWritesReason: "refunds" }))).toEqual([]);
});

test("an agent of an OIDC issuer with scopes of write routes stops the synthesis", () => {
  const found = (scopes: readonly string[]) => violations(() => {}, agents({ scopes }, "nightly-export"));
  expect(found(["orders/read"])).toEqual([]);
  expect(found(["orders/write"])).toContainEqual(
    expect.stringContaining("clients.nightly-export: opens POST /orders: expected only GET and HEAD"),
  );
});

test.each([
  [60, "minutes"],
  [15, "hours"],
])("an agent's token that lives %d %s stops the synthesis", (life, unit) => {
  const change = (find: Parameters<Parameters<typeof violations>[0]>[0]) => {
    find(POOL_CLIENT).addOverride("access_token_validity", life);
    find(POOL_CLIENT).addOverride("token_validity_units.0.access_token", unit);
  };
  expect(violations(change, agents())).toEqual([expect.stringContaining(`${POOL_CLIENT}: lets an agent's token live`)]);
});

test("an agent with all scopes of an allOf on a write route stops the synthesis", () => {
  const access = { kind: "scopes", scopes: [{ allOf: ["orders/purge", "orders/read"] }] } as const;
  const services = intentOf("dev").services.map((service) => ({
    ...service,
    routes: service.routes.map((route) => (route.key === "POST /orders" ? { ...route, access } : route)),
  }));
  const found = (scopes: readonly string[]) =>
    violations(() => {}, { ...agents({ scopes }), services }).filter((each) => each.includes("POST /orders"));
  expect(found(["orders/read"])).toEqual([]);
  expect(found(["orders/purge"])).toEqual([]);
  expect(found(["orders/purge", "orders/read"])).toEqual([
    expect.stringContaining("clients.reporting-agent: opens POST /orders"),
  ]);
});
