import { decodeJwt } from "jose";
import { declaredCallers } from "../../../packages/local-front-door/callers";
import { LocalIssuer } from "../../../packages/local-front-door/issuers/issuers";
import { trustedIssuers } from "../../../packages/local-front-door/issuers/trusted-issuers";
import { keepRsaKeys } from "../../support/rsa-keys";

keepRsaKeys();

const URL = "https://issuer.example/x";
let issuer: LocalIssuer;
beforeAll(async () => {
  issuer = new LocalIssuer({ id: "x", kind: "oidc", url: URL });
  await issuer.makeKey();
});

/** The claims of the callers that a policy with this one issuer names. */
async function claims(declared: object) {
  const policy = JSON.stringify({
    routes: {},
    issuers: [{ id: "x", kind: "oidc", issuer: URL, audiences: ["shop", "other"], ...declared }],
  });
  const carries = { file: () => policy, variables: {} };
  const callers = declaredCallers(trustedIssuers([carries, carries], []), [], new Map([["x", issuer]]));
  return Promise.all(callers.map(async ({ name, kind, token }) => ({ name, kind, ...decodeJwt(await token()) })));
}

test("an exact subject has a token for the first audience, without scopes", async () => {
  expect(await claims({ grants: "subjects", subjects: [{ subject: "arn:1" }, { subject: "arn:2" }] })).toEqual(
    ["arn:1", "arn:2"].map((sub) => ({
      name: `x/${sub}`,
      kind: "external",
      iss: URL,
      aud: "shop",
      sub,
      iat: expect.any(Number),
      exp: expect.any(Number),
    })),
  );
});

test.each([
  ["scope", "a/b c/d"],
  ["scp", ["a/b", "c/d"]],
])("a client with `grants: token` has its scopes in the claim %s", async (scopeClaim, carried) => {
  const declared = { grants: "token", scopes: ["a/b", "c/d"], scopeClaim, clientClaim: "cid", clients: ["0oa1"] };
  expect(await claims(declared)).toEqual([
    expect.objectContaining({ name: "x/0oa1", cid: "0oa1", aud: "shop", [scopeClaim]: carried }),
  ]);
});

test("a known provider writes its own claims, not those that the policy expects", async () => {
  const url = "https://acme.okta.com/oauth2/default";
  const okta = new LocalIssuer({ id: "x", kind: "oidc", url });
  await okta.makeKey();
  const declared = {
    grants: "token",
    scopes: ["a/b"],
    scopeClaim: "scope",
    clientClaim: "client_id",
    clients: ["0oa1"],
  };
  const policy = JSON.stringify({
    routes: {},
    issuers: [{ id: "x", kind: "oidc", issuer: url, audiences: ["shop"], ...declared }],
  });
  const trusted = trustedIssuers([{ file: () => policy, variables: {} }], []);
  const [caller] = declaredCallers(trusted, [], new Map([["x", okta]]));
  const claims = decodeJwt((await caller?.token()) ?? "");
  expect(claims).toMatchObject({ iss: url, aud: "shop", cid: "0oa1", scp: ["a/b"] });
  expect(Object.keys(claims).filter((each) => ["scope", "client_id"].includes(each))).toEqual([]);
});

test("an unknown issuer signs for no caller", async () => {
  const policy = JSON.stringify({
    routes: {},
    issuers: [{ id: "y", kind: "oidc", issuer: URL, grants: "subjects", subjects: [{ subject: "a" }] }],
  });
  const trusted = trustedIssuers([{ file: () => policy, variables: {} }], []);
  expect(declaredCallers(trusted, [], new Map([["x", issuer]]))).toEqual([]);
});

test("a client of another stack's user pool asks for a token for the MCP server that it may call", async () => {
  const audience = "https://api.shop.example.com/mcp";
  const clients = ["editor", "desk"].map((id) => ({
    id,
    clientIdFrom: `CLIENT_${id}`,
    scopes: id === "editor" ? ["tools/use"] : [],
  }));
  const policy = JSON.stringify({
    routes: { "POST /mcp": { service: "tools", access: { scopes: ["tools/use"] }, mcp: { audience, origins: [] } } },
    issuers: [{ id: "x", kind: "cognito", issuerFrom: "ISSUER", clients }],
  });
  const variables = { ISSUER: URL, CLIENT_editor: "1editor", CLIENT_desk: "2desk" };
  const callers = declaredCallers(
    trustedIssuers([{ file: () => policy, variables }], []),
    [],
    new Map([["x", issuer]]),
  );
  const tokens = await Promise.all(callers.map(async ({ token }) => decodeJwt(await token())));
  expect(tokens.map(({ aud, client_id }) => [client_id, aud])).toEqual([
    ["1editor", audience],
    ["2desk", undefined],
  ]);
});
