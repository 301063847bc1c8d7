import { sharedIssuerState, verifyingState } from "../../support/shared-issuer";
import { declared, dev, effect, type Json } from "./support/states";

const customers = (policy: Json) => policy.issuers.find(({ id }: Json) => id === "customers");

describe.each([
  ["shared-issuer", sharedIssuerState],
  ["federated, with the caller's token verified again", verifyingState],
])("%s: what the config can change", (_, make) => {
  const base = make(dev);

  test.each<readonly [string, (policy: Json, resource: Json) => void]>([
    ["a client more", (policy, r) => addClient(policy, r)],
    ["a scope more for a client", (policy, r) => grant(policy, r)],
    ["another issuer's client more", (policy) => policy.issuers.at(-1).clients.push("0oa2")],
    ["an audience more", (policy) => policy.issuers.at(-1).audiences.push("api://other")],
    ["a route more", (policy, r) => addRoute(policy, r)],
    [
      "a route that another scope opens too",
      (policy) => policy.routes["GET /orders/export"].access.scopes.push("orders/read"),
    ],
  ])("%s is broader, and the way back narrower", (_name, edit) => {
    const more = declared(edit, make);
    expect([effect(base, more), effect(more, base)]).toEqual(["broadened", "narrowed"]);
  });
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

function addRoute(policy: Json, { aws_apigatewayv2_route: routes }: Json): void {
  policy.routes["GET /orders/recent"] = policy.routes["GET /orders"];
  routes.recent = { ...routes.orders_get_orders, route_key: "GET /orders/recent" };
}
