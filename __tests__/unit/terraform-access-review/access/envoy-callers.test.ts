import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { sharing } from "../../../support/mutation";
import { sharedIssuerState, verifyingState } from "../../../support/shared-issuer";
import { declared, dev, edited, effect, type Json, of, rowsOf, verifying } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const customers = (policy: Json) => policy.issuers.find(({ id }: Json) => id === "customers");

/** Only one service, because each change makes the review read each Envoy again. */
const orders = edited(dev, (_, { policy }) => {
  policy.services = { orders: policy.services.orders };
  const own = Object.entries<Json>(policy.routes).filter(([, { service }]) => service === "orders");
  policy.routes = Object.fromEntries(own);
});

describe.each([
  ["shared-issuer", sharedIssuerState],
  ["federated, with the caller's token verified again", verifyingState],
])("%s: changes by config", (_, make) => {
  const base = make(orders);

  testAll<readonly [string, (policy: Json, resource: Json) => unknown]>([
    ["an additional client", (policy, r) => addClient(policy, r)],
    ["an additional scope for a client", (policy, r) => grant(policy, r)],
    ["an additional client of another issuer", (policy) => policy.issuers.at(-1).clients.push("0oa2")],
    ["an additional audience", (policy) => policy.issuers.at(-1).audiences.push("api://other")],
    ["an additional route", (policy, r) => addRoute(policy, r, "GET /orders/recent/all")],
    [
      "an additional scope for a route",
      (policy) => policy.routes["GET /orders/export"].access.scopes.push("orders/read"),
    ],
  ])("%s is broader, and the reverse narrower", (_name, edit) => {
    const more = sharing(make(edited(orders, (resource, { policy }) => edit(policy, resource))), base);
    expect([effect(base, more), effect(more, base)]).toEqual(["broadened", "narrowed"]);
  });
});

test("an app client has no row at Envoy for a scope that its user pool does not issue", () => {
  const base = sharedIssuerState(orders);
  const fewer = edited(base, ({ aws_cognito_user_pool_client: { web } }) => {
    web.allowed_oauth_scopes = web.allowed_oauth_scopes.filter((scope: string) => !scope.includes("write"));
  });
  const routesOf = (state: SynthesizedState) =>
    rowsOf(state).flatMap(({ principal, permission }) => (principal === "customers/web" ? [permission] : []));
  expect(routesOf(base)).toEqual(expect.arrayContaining(["GET /orders", "POST /orders", "DELETE /carts/{id}"]));
  expect(routesOf(fewer)).toEqual(["GET /orders", "GET /orders/{id}"]);
});

describe.each([
  ["the authorizer", (state: SynthesizedState) => state],
  ["the authorizer and Envoy", verifyingState],
])("%s: a route that requires all of several scopes", (_, make) => {
  const asking = (...scopes: readonly unknown[]) =>
    make(edited(orders, (_, { policy }) => Object.assign(policy.routes["GET /orders/export"].access, { scopes })));
  const one = make(orders);
  const both = sharing(asking({ allOf: ["orders/export", "orders/read"] }), one);

  test("is narrower than one that requires one of them, and the reverse broader", () => {
    expect([effect(one, both), effect(both, one)]).toEqual(["narrowed", "broadened"]);
  });

  test("is narrower than one that accepts any of them, and the reverse broader", () => {
    const any = sharing(asking("orders/export", "orders/read"), one);
    expect([effect(any, both), effect(both, any)]).toEqual(["narrowed", "broadened"]);
  });

  test("has rows only for callers with all scopes, which they name", () => {
    const callers = rowsOf(both).filter(({ permission }) => permission === "GET /orders/export");
    expect(callers.map(({ principal }) => principal).sort()).toEqual([
      "aws/arn:aws:iam::111122223333:role/nightly-export",
      "customers/reporting-agent",
    ]);
    expect(callers.map(({ condition }) => condition.split("; ")[0])).toEqual([
      "orders/export and orders/read",
      "orders/export and orders/read",
    ]);
    expect(callers.map(({ condition }) => condition).join()).not.toContain("REFUSES");
  });
});

test("the row reports a refusal only if Envoy requires more scopes than the authorizer, not if it requires fewer", () => {
  const all = { allOf: ["orders/export", "orders/read"] };
  const asking = (scopes: readonly unknown[]) =>
    edited(orders, (_, { policy }) => Object.assign(policy.routes["GET /orders/export"].access, { scopes }));
  const mixed = (authorizer: readonly unknown[], envoy: readonly unknown[]): SynthesizedState => ({
    ...verifyingState(asking(envoy)),
    policy: asking(authorizer).policy,
  });
  const words = (state: SynthesizedState) =>
    rowsOf(state)
      .filter(({ permission, principal }) => permission === "GET /orders/export" && /reporting/.test(principal))
      .map(({ condition }) => /ENVOY REFUSES \S+|Envoy verifies/.exec(condition)?.[0]);
  expect(words(mixed([all], ["orders/export"]))).toEqual(["Envoy verifies"]);
  expect(words(mixed(["orders/export"], [all]))).toEqual(["ENVOY REFUSES IT"]);
});

test("a more specific route that fewer scopes open is narrower for its requests, and removing it is broader", () => {
  const more = edited(orders, (resource, { policy }) => addRoute(policy, resource, "GET /orders/recent"));
  expect([effect(orders, more), effect(more, orders)]).toEqual(["narrowed", "broadened"]);
});

test("an additional caller by subject, verified again, is broader, and the reverse narrower", () => {
  const subjects = ({ issuers }: Json): Json[] => issuers.find(({ id }: Json) => id === "aws").subjects;
  const [one, two] = ["nightly", "monthly"].map((name) => `arn:aws:iam::111122223333:role/${name}-export`);
  expect(subjects(dev.policy).map(({ subject }) => subject)).toEqual([one]);
  const more = declared((policy) => subjects(policy).push({ subject: two, scopes: ["orders/read"] }), verifying);
  expect([effect(verifying, more), effect(more, verifying)]).toEqual(["broadened", "narrowed"]);
});

test("losing Envoy if functions decide is broader, and adding it is narrower", () => {
  expect([effect(verifying, dev), effect(dev, verifying)]).toEqual(["broadened", "narrowed"]);
  const [under] = of(rowsOf(verifying), "customers/web", "GET /orders");
  expect(under).toMatch(/storefront-dev-callers decides, .*; Envoy verifies the token again$/);
  const denied = (state: SynthesizedState) =>
    rowsOf(state).filter(({ permission }) => permission === "DENY requests to its app");
  expect([denied(dev), denied(verifying)].map(({ length }) => length)).toEqual([0, 3]);
});

function addClient(policy: Json, { aws_cognito_user_pool_client: clients }: Json): void {
  clients.kiosk = { ...clients.web, name: "storefront-dev-kiosk" };
  customers(policy).clients.push({ id: "kiosk", clientIdFrom: "CLIENT_KIOSK", scopes: ["orders/read"] });
}

function grant(policy: Json, { aws_cognito_user_pool_client: clients }: Json): void {
  clients.web.allowed_oauth_scopes.push("orders/export");
  customers(policy)
    .clients.find(({ id }: Json) => id === "web")
    .scopes.push("orders/export");
}

function addRoute(policy: Json, { aws_apigatewayv2_route: routes }: Json, key: string): void {
  policy.routes[key] = policy.routes["GET /orders"];
  routes.recent = { ...routes.orders_get_orders, route_key: key };
}
