import { appClients } from "../../../../packages/local-front-door/cognito/app-client";
import { type Change, remove, set, stackOf } from "../../../support/local/document";

const WEB = "aws_cognito_user_pool_client.web";

function clients(...changes: readonly Change[]) {
  const stack = stackOf(...changes);
  const [pool] = stack.all("aws_cognito_user_pool");
  return appClients(stack, pool ? stack.text(pool, "id") : "");
}

test("only clients with a secret in the stack have one, each a different one", () => {
  const secrets = new Map(clients().map(({ address, secret }) => [address, secret]));
  expect(secrets.get(WEB)).toBeUndefined();
  const [one, other] = [...secrets.values()].filter((secret) => secret !== undefined);
  expect(one).toMatch(/^[a-z0-9]{51}$/);
  expect(one).not.toBe(other);
});

test("a scope that no resource server offers stops the start, as it stops a deployment", () => {
  expect(() => clients(remove("aws_cognito_resource_server.customers_accounts"))).toThrow(
    "aws_cognito_user_pool_client.support_desk.allowed_oauth_scopes: no resource server of the pool offers accounts/support",
  );
  expect(() => clients(set(WEB, { allowed_oauth_scopes: ["openid", "orders/read"] }))).not.toThrow();
});

test.each([
  ["hours", 2, 7200],
  ["minutes", 5, 300],
  ["days", 1, 86_400],
])("an access token's lifetime may be declared in %s", (access_token, access_token_validity, seconds) => {
  const found = clients(set(WEB, { access_token_validity, token_validity_units: [{ access_token }] }));
  expect(found.find(({ address }) => address === WEB)?.accessTokenSeconds).toBe(seconds);
});

test("an access token is valid for an hour by default", () => {
  const found = clients(set(WEB, { access_token_validity: undefined, token_validity_units: undefined }));
  expect(found.find(({ address }) => address === WEB)?.accessTokenSeconds).toBe(3600);
});
