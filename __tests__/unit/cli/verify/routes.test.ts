import { expectedCallers, probeRoutes, takeTokens } from "../../../../cli/verify/routes";
import { accessToken, deployment } from "../../../support/verify/deployment";
import { POLICY } from "../../../support/verify/policy";

test("GET routes only, public before scoped, literal before variable", () => {
  expect(probeRoutes(POLICY).map(({ key, path }) => [key, path])).toEqual([
    ["GET /products", "/products"],
    ["GET /status", "/status"],
    ["GET /products/{sku}", "/products/front-door-probe"],
    ["GET /orders", "/orders"],
    ["GET /orders/export", "/orders/export"],
    ["GET /refunds", "/refunds"],
    ["GET /orders/{id}", "/orders/front-door-probe"],
    ["GET /carts/{id}", "/carts/front-door-probe"],
  ]);
});

test("tokens leave the environment when they are read, so that no child process has them", () => {
  const environment = { CALLER_TOKEN: " a.b.c\n", OTHER_CALLER_TOKEN: "", PATH: "/bin" };
  expect(takeTokens(environment)).toEqual({ CALLER_TOKEN: "a.b.c" });
  expect(environment).toEqual({ PATH: "/bin" });
});

const callerOf = async (token: string) => (await expectedCallers({ CALLER_TOKEN: token }, deployment())).CALLER_TOKEN;

test("a caller has the scopes that both token and policy grant", async () => {
  expect(await callerOf(accessToken("reporting", ["orders/read", "orders/export"]))).toEqual({
    issuer: "customers",
    client: "customers/reporting",
    subject: "sub-of-reporting",
    scopes: ["orders/read"],
  });
});

test.each([
  ["not a token", "token-shape"],
  [accessToken("reporting", [], { iss: "https://other.example" }), "issuer-unknown"],
  [accessToken("reporting", [], { exp: 1_700_000_000 }), "expired"],
  [accessToken("reporting", [], { token_use: "id" }), "token-use"],
  [accessToken("reporting", [], { client_id: "other" }), "client-unknown"],
])("a token that the authorizer must refuse ends the run, and is not printed (%#)", async (token, why) => {
  const failure = callerOf(token);
  await expect(failure).rejects.toThrow(
    `CALLER_TOKEN: the authorizer would refuse this token: ${why}\n    get a new one`,
  );
  await expect(failure).rejects.not.toThrow(token);
});
