import { issuerReport, signature } from "../../../../cli/explain/explain";
import { explanationOf } from "../../../../cli/explain/explanation";
import { type HttpsCall, HttpsFailure } from "../../../../functions/authorizer/request/https-call";
import { LocalIssuer } from "../../../../packages/local-front-door/issuers/issuers";
import { ENVIRONMENT, POLICY } from "../../../support/authorizer/policy";

/** A realm as Keycloak serves it, by a maintained mock of an OIDC server. */
const REALM = "https://sso.example.com/realms/shop";
const policy = {
  ...POLICY,
  issuers: [
    {
      ...{ id: "sso", kind: "oidc", grants: "token", issuer: REALM, audiences: ["shop"], scopes: ["orders/read"] },
      scopeClaim: "realm_access.roles",
      scopeValues: { reader: ["orders/read"] },
      clientClaim: "azp",
      clients: ["web"],
    },
  ],
} as unknown as typeof POLICY;
const CLAIMS = { aud: "shop", sub: "ann", azp: "web", realm_access: { roles: ["reader", "offline_access"] } };

let issuer: LocalIssuer;
beforeAll(async () => {
  const keysUrl = `${REALM}/protocol/openid-connect/certs`;
  issuer = await LocalIssuer.start({ id: "sso", kind: "oidc", url: REALM, keysUrl });
});
afterAll(() => issuer.stop());

const call: HttpsCall = async ({ method, url }) => {
  const { hostname, pathname } = new URL(url);
  const answer = await issuer.handle({ method, host: hostname, target: pathname, headers: [], body: "" } as never);
  return { status: answer.status, body: String(answer.body ?? "") };
};
const unreachable: HttpsCall = async () => {
  throw new HttpsFailure("network");
};
const explained = async (token: string, by: HttpsCall) =>
  explanationOf(token, {
    policy,
    variables: ENVIRONMENT,
    now: Date.now() / 1000,
    signatureOf: (read, trusted) => signature(read, trusted, undefined, by),
  });

test("a realm's own discovery document and keys are sound", async () => {
  expect(await issuerReport("sso", REALM, call)).toMatchObject({ isSound: true });
  expect(await issuerReport("sso", `${REALM}/`, call)).toMatchObject({ isSound: false });
  expect(await issuerReport("sso", REALM, unreachable)).toMatchObject({ isSound: false });
});

test("a token of the realm is explained with its signature, and one changed on the way is not accepted", async () => {
  const token = await issuer.token(CLAIMS);
  expect(await explained(token, call)).toMatchObject({
    signature: "valid",
    caller: { client: "sso/web", scopes: ["orders/read"] },
    ignored: [{ value: "offline_access", why: "not-mapped" }],
  });
  const [header, , end] = token.split(".");
  const other = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()), sub: "eve" }),
  );
  const forged = await explained(`${header}.${other.toString("base64url")}.${end}`, call);
  expect([forged.signature, forged.refusal, forged.caller]).toEqual(["invalid", "signature", undefined]);
});

test("without a way to the issuer the caller is explained, and the signature is not called valid", async () => {
  const found = await explained(await issuer.token(CLAIMS), unreachable);
  expect([found.signature, found.caller?.client]).toEqual(["unchecked", "sso/web"]);
});
