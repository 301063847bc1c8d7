import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import {
  awsRoleClaims,
  cognitoClaims,
  LocalIssuer,
  oktaClaims,
} from "../../../../packages/local-front-door/issuers/issuers";

const COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop";
const OKTA = "https://acme.okta.com/oauth2/default";

const started: LocalIssuer[] = [];
afterEach(async () => {
  for (const issuer of started.splice(0)) await issuer.stop();
});

async function start(kind: "cognito" | "oidc", url: string): Promise<LocalIssuer> {
  const issuer = await LocalIssuer.start({ id: "x", kind, url });
  started.push(issuer);
  return issuer;
}

async function get(issuer: LocalIssuer, target: string, host = issuer.hosts[0] ?? "") {
  const { status, body } = await issuer.handle({ method: "GET", host, target, headers: [], body: "" });
  return { status, value: status === 200 ? JSON.parse(body) : undefined };
}

test("an issuer with a path in its URL serves discovery and keys below it, and nothing else", async () => {
  const issuer = await start("oidc", OKTA);
  expect(issuer.hosts).toEqual(["acme.okta.com"]);
  const { value } = await get(issuer, "/oauth2/default/.well-known/openid-configuration");
  expect(value).toMatchObject({ issuer: OKTA, jwks_uri: `${OKTA}/v1/keys` });
  expect((await get(issuer, "/oauth2/default/v1/keys")).value.keys).toHaveLength(1);
  expect((await get(issuer, "/.well-known/openid-configuration")).status).toBe(404);
  expect((await get(issuer, "/oauth2/defaultx/v1/keys")).status).toBe(404);
});

test("keys with a declared URL are served there, and nowhere else", async () => {
  const keysUrl = "https://keys.example/v3/certs";
  const issuer = await LocalIssuer.start({ id: "x", kind: "oidc", url: "https://accounts.example", keysUrl });
  started.push(issuer);
  expect(issuer.hosts).toEqual(["accounts.example", "keys.example"]);
  const { value } = await get(issuer, "/.well-known/openid-configuration");
  expect(value).toMatchObject({ issuer: "https://accounts.example", jwks_uri: keysUrl });
  expect((await get(issuer, "/v3/certs", "keys.example")).value.keys).toHaveLength(1);
  expect((await get(issuer, "/v1/keys")).status).toBe(404);
  expect((await get(issuer, "/jwks")).status).toBe(404);
});

test("Cognito's keys are at their fixed path", async () => {
  const issuer = await start("cognito", COGNITO);
  expect((await get(issuer, "/eu-west-1_Shop/.well-known/jwks.json")).value.keys).toHaveLength(1);
});

test("tokens verify under the published keys, with the claims of their kind", async () => {
  const issuer = await start("cognito", COGNITO);
  const keys = createLocalJWKSet((await get(issuer, "/eu-west-1_Shop/.well-known/jwks.json")).value as JSONWebKeySet);
  const token = await issuer.token(cognitoClaims({ clientId: "abc", scopes: ["a/b", "c/d"], subject: "ann" }));
  const { payload } = await jwtVerify(token, keys, { issuer: COGNITO });
  expect(payload).toEqual({
    iss: COGNITO,
    sub: "ann",
    client_id: "abc",
    token_use: "access",
    scope: "a/b c/d",
    version: 2,
    iat: expect.any(Number),
    exp: expect.any(Number),
  });
});

test("a client's own token has the client as subject", () => {
  expect(cognitoClaims({ clientId: "abc", scopes: [] })).toMatchObject({ sub: "abc" });
});

test("Okta's and AWS's tokens have the claims that these issuers document", () => {
  expect(oktaClaims({ clientId: "0oa1", audience: "api://shop", scopes: ["a/b"], subject: "ann" })).toMatchObject({
    cid: "0oa1",
    aud: "api://shop",
    scp: ["a/b"],
    sub: "ann",
  });
  expect(awsRoleClaims({ roleArn: "arn:aws:iam::1:role/x", audience: "shop" })).toMatchObject({
    sub: "arn:aws:iam::1:role/x",
    aud: "shop",
  });
});
