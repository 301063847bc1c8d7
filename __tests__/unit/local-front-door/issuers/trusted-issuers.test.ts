import { readEnvoyConfiguration } from "../../../../packages/local-front-door/envoy/configuration";
import { trustedIssuers } from "../../../../packages/local-front-door/issuers/trusted-issuers";
import { SHOP, shopConfiguration } from "../../../component/envoy/support/shop";
import { AWS_URL, COGNITO_URL, ENVIRONMENT, NIGHTLY_EXPORT, OKTA_URL } from "../../../support/authorizer/policy";

const FUNCTION = { file: () => JSON.stringify(SHOP), variables: ENVIRONMENT };
const ENVOY = readEnvoyConfiguration(shopConfiguration(), "x.args");

test("Envoy's configuration lists the same issuers as the policy behind it, with the URLs of their keys", () => {
  const [byPolicy, byEnvoy] = [trustedIssuers([FUNCTION], []), trustedIssuers([], [ENVOY])];
  const sorted = (issuers: typeof byPolicy) =>
    [...issuers]
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      // A server of the Model Context Protocol is behind a REST API, so a function's policy always names it.
      .map(({ keysUrl: _, server: __, ...issuer }) => ({
        ...issuer,
        clients: issuer.clients
          .map((client) => ({ ...client, scopes: [...client.scopes].sort() }))
          .sort((one, other) => (one.name < other.name ? -1 : 1)),
      }));
  expect(sorted(byEnvoy)).toEqual(sorted(byPolicy));
  expect(byEnvoy.map(({ id, kind, url, keysUrl }) => [id, kind, url, keysUrl])).toEqual([
    ["aws", "oidc", AWS_URL, `${AWS_URL}/v1/keys`],
    ["customers", "cognito", COGNITO_URL, `${COGNITO_URL}/.well-known/jwks.json`],
    ["workforce", "oidc", OKTA_URL, `${OKTA_URL}/v1/keys`],
  ]);
});

test("callers are named as in the ledger", () => {
  const names = trustedIssuers([], [ENVOY]).flatMap(({ clients }) => clients.map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining(["customers/web", "customers/desk", `aws/${NIGHTLY_EXPORT}`]));
});

test("an issuer of both a function and Envoy is listed once, and additional entries of either are kept", () => {
  const both = trustedIssuers([FUNCTION], [ENVOY]);
  expect(both.map(({ id }) => id).sort()).toEqual(["aws", "customers", "workforce"]);
  expect(both.find(({ id }) => id === "workforce")?.keysUrl).toBe(`${OKTA_URL}/v1/keys`);
  const other = {
    ...ENVOY,
    issuers: ENVOY.issuers.map((issuer) => ({
      ...issuer,
      clients: [{ name: `${issuer.id}/new`, claim: "n", scopes: [] }],
    })),
  };
  const customers = trustedIssuers([FUNCTION], [other]).find(({ id }) => id === "customers");
  expect(customers?.clients.map(({ name }) => name).sort()).toEqual([
    "customers/desk",
    "customers/new",
    "customers/web",
  ]);
});

test("a user pool that the function's environment does not name is not one of its issuers", () => {
  expect(trustedIssuers([{ ...FUNCTION, variables: {} }], []).map(({ id }) => id)).not.toContain("customers");
});

test("each route has its requirements by its key, and refusing entries are not routes", () => {
  expect(Object.fromEntries(ENVOY.access)).toMatchObject({
    "GET /orders": "orders/read",
    "GET /orders/terms": "public",
  });
  expect([...ENVOY.access.keys()].filter((key) => !/^[A-Z]+ \//.test(key))).toEqual([]);
});

test("a JWT authorizer's issuer that no function and no Envoy names is added, and replaces none", () => {
  const known = trustedIssuers([FUNCTION], []);
  const pool = "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Abcdef123";
  const found = trustedIssuers(
    [FUNCTION],
    [],
    [
      { name: "same", issuer: OKTA_URL, audiences: ["x"] },
      { name: "workforce", issuer: "https://other.example.com/", audiences: ["https://api.example.com"] },
      { name: "users", issuer: pool, audiences: ["client1"] },
    ],
  );
  expect(found.slice(0, known.length)).toEqual(known);
  expect(
    found.slice(known.length).map(({ id, kind, url, audiences, clients }) => [id, kind, url, audiences, clients]),
  ).toEqual([
    ["https://other.example.com/", "oidc", "https://other.example.com/", ["https://api.example.com"], []],
    ["users", "cognito", pool, [], [{ name: "users/client1", claim: "client1", scopes: [] }]],
  ]);
});

test("a function without a policy names no issuer", () => {
  expect(trustedIssuers([{ file: () => undefined, variables: {} }], [])).toEqual([]);
});
