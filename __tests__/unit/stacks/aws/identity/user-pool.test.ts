import { intentOf } from "../../../../support/shop";
import { devStack } from "../../../../support/stack";

const [customers] = intentOf("dev").issuers.filter((issuer) => issuer.kind === "cognito");

test("users cannot register themselves unless config opens sign-up", () => {
  if (customers?.kind !== "cognito") throw new Error("the example lost its user pool");
  const closed = devStack().resource("aws_cognito_user_pool", "customers");
  const open = devStack({ issuers: [{ ...customers, signUp: "open" }] }).resource("aws_cognito_user_pool", "customers");
  expect(closed.admin_create_user_config).toEqual({ allow_admin_create_user_only: true });
  expect(open.admin_create_user_config).toEqual({ allow_admin_create_user_only: false });
});

test("a service's resource server has exactly the scopes that its routes require", () => {
  const server = devStack().resource("aws_cognito_resource_server", "customers_accounts");
  expect(server).toMatchObject({ identifier: "accounts", user_pool_id: "${aws_cognito_user_pool.customers.id}" });
  expect(server.scope.map(({ scope_name }: { scope_name: string }) => scope_name)).toEqual([
    "read",
    "support",
    "write",
  ]);
});

test("the token endpoint is at the configured domain, which serves managed login", () => {
  expect(devStack().resource("aws_cognito_user_pool_domain", "customers")).toEqual({
    domain: "storefront-dev",
    managed_login_version: 2,
    user_pool_id: "${aws_cognito_user_pool.customers.id}",
  });
});
