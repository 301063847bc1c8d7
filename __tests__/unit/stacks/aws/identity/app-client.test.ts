import type { Client } from "../../../../../intent/model/client-intent";
import { intentOf } from "../../../../support/shop";
import { devStack } from "../../../../support/stack";

const stack = devStack();
const shared = {
  access_token_validity: 60,
  allowed_oauth_flows_user_pool_client: true,
  depends_on: [
    "aws_cognito_resource_server.customers_accounts",
    "aws_cognito_resource_server.customers_catalog",
    "aws_cognito_resource_server.customers_orders",
  ],
  enable_token_revocation: true,
  explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH"],
  id_token_validity: 60,
  prevent_user_existence_errors: "ENABLED",
  refresh_token_validity: 30,
  token_validity_units: [{ access_token: "minutes", id_token: "minutes", refresh_token: "days" }],
  user_pool_id: "${aws_cognito_user_pool.customers.id}",
};

test("people use the code grant, without a secret", () => {
  expect(stack.resource("aws_cognito_user_pool_client", "web")).toEqual({
    ...shared,
    allowed_oauth_flows: ["code"],
    allowed_oauth_scopes: ["accounts/read", "accounts/write", "orders/read", "orders/write"],
    callback_urls: ["http://localhost:3000/cb", "https://dev.shop.example.com/cb"],
    generate_secret: false,
    logout_urls: ["http://localhost:3000", "https://dev.shop.example.com"],
    name: "storefront-dev-web",
    supported_identity_providers: ["COGNITO"],
  });
});

test("exactly the clients that people use have a style, without which managed login has no pages for them", () => {
  expect(stack.all("aws_cognito_managed_login_branding")).toEqual({
    web: {
      client_id: "${aws_cognito_user_pool_client.web.id}",
      use_cognito_provided_values: true,
      user_pool_id: "${aws_cognito_user_pool.customers.id}",
    },
  });
});

test("a program uses client credentials, with a generated secret", () => {
  expect(stack.resource("aws_cognito_user_pool_client", "reporting_agent")).toEqual({
    ...shared,
    allowed_oauth_flows: ["client_credentials"],
    allowed_oauth_scopes: ["orders/export", "orders/read"],
    generate_secret: true,
    name: "storefront-dev-reporting-agent",
  });
});

test("a caller of another issuer has no app client", () => {
  expect(Object.keys(stack.all("aws_cognito_user_pool_client")).sort()).toEqual([
    "reporting_agent",
    "support_desk",
    "web",
  ]);
});

test("an agent's tokens live fifteen minutes", () => {
  const { access_token_validity, id_token_validity } = client({ kind: "agent" });
  expect([access_token_validity, id_token_validity]).toEqual([15, 15]);
});

test("a disabled client keeps its id and its secret, but gets no token", () => {
  expect(client({ disabled: true })).toEqual({
    ...client({}),
    allowed_oauth_flows: [],
    allowed_oauth_flows_user_pool_client: false,
    allowed_oauth_scopes: [],
  });
});

function client(changed: Partial<Client>) {
  const { clients } = intentOf("dev");
  const intent = clients.map((each) => (each.id === "reporting-agent" ? ({ ...each, ...changed } as Client) : each));
  return devStack({ clients: intent }).resource("aws_cognito_user_pool_client", "reporting_agent");
}
