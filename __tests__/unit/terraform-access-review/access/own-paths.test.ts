import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { sharing } from "../../../support/mutation";
import { sharedIssuerState, verifyingState } from "../../../support/shared-issuer";
import { dev, edited, effect, type Json, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const ROUTE = "GET /orders/{id}";
const WHERE = { id: { claim: "account_id" } };

/** One service, with a route that compares its path. */
const compared = (edit: (route: Json, policy: Json) => unknown = () => undefined) =>
  edited(dev, (_, { policy }) => {
    policy.services = { orders: policy.services.orders };
    const own = Object.entries<Json>(policy.routes).filter(([, { service }]) => service === "orders");
    policy.routes = Object.fromEntries(own);
    customers(policy).pathClaims = ["account_id"];
    policy.routes[ROUTE].access.where = WHERE;
    edit(policy.routes[ROUTE], policy);
  });

function customers({ issuers }: Json): Json {
  return issuers.find(({ id }: Json) => id === "customers");
}

describe.each([
  ["the authorizer", (state: SynthesizedState) => state],
  ["the authorizer and Envoy", verifyingState],
  ["Envoy alone", sharedIssuerState],
])("%s: a route that compares its path", (_, make) => {
  const base = make(compared());
  const with_ = (edit: (route: Json, policy: Json) => unknown) => sharing(make(compared(edit)), base);

  test("has rows only for callers whose issuer states the claim, with the segment and the claim", () => {
    const rows = rowsOf(base).filter(({ permission }) => permission === ROUTE);
    expect(rows.map(({ principal }) => principal.split("/")[0])).toEqual(rows.map(() => "customers"));
    expect(rows.length).toBeGreaterThan(0);
    for (const { condition } of rows) expect(condition).toContain("path segment 2 is the caller's account_id");
  });

  testAll<[string, (route: Json, policy: Json) => unknown]>([
    ["no comparison", ({ access }) => delete access.where],
    ["an issuer that states the claim, too", (_route, policy) => (policy.issuers.at(-1).pathClaims = ["account_id"])],
    ["public access", (route) => (route.access = "public")],
  ])("%s is broader, and the reverse narrower", (_name, edit) => {
    const more = with_(edit);
    expect([effect(base, more), effect(more, base)]).toEqual(["broadened", "narrowed"]);
  });

  testAll<[string, (route: Json, policy: Json) => unknown]>([
    [
      "another claim",
      ({ access }, policy) => {
        access.where = { id: { claim: "sub" } };
        customers(policy).pathClaims = ["sub"];
      },
    ],
    ["a list in place of a text", ({ access }) => (access.where = { id: { claim: "account_id", list: true } })],
  ])("%s counts as broader in both directions", (_name, edit) => {
    const other = with_(edit);
    expect([effect(base, other), effect(other, base)]).toEqual(["broadened", "broadened"]);
  });
});

test("another name of the variable changes no access", () => {
  const renamed = (where: Json) =>
    edited(compared(), ({ aws_apigatewayv2_route: routes }, { policy }) => {
      const route: Json = Object.values<Json>(routes).find(({ route_key }) => route_key === ROUTE);
      route.route_key = "GET /orders/{order}";
      policy.routes["GET /orders/{order}"] = {
        ...policy.routes[ROUTE],
        access: { ...policy.routes[ROUTE].access, ...where },
      };
      delete policy.routes[ROUTE];
    });
  expect(effect(compared(), renamed({ where: { order: WHERE.id } }))).toBe("unchanged");
  // A comparison that names no variable of the path refuses every caller.
  expect(effect(compared(), renamed({ where: WHERE }))).not.toBe("unchanged");
});
