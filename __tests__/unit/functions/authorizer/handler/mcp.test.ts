import type { AuthorizerPolicy, PolicyMcp } from "../../../../../contract/policy-file";
import { restApiHandler } from "../../../../../functions/authorizer/handler/rest-api";
import { GoogleTokens } from "../../../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../../../functions/authorizer/request/path-rule";
import { AwsPrincipals } from "../../../../../functions/authorizer/token/aws-iam/aws-principals";
import { trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../../functions/authorizer/token/verify-token";
import { DOOR, ROLE, stsThatVerifies, tokenOf } from "../../../../support/authorizer/aws-iam";
import { clouds } from "../../../../support/authorizer/clouds";
import { cognitoDocuments, documents, oidcDocuments, TestIssuer } from "../../../../support/authorizer/issuer";
import { COGNITO_URL, ENVIRONMENT, OKTA_URL, POLICY } from "../../../../support/authorizer/policy";
import { restEvent } from "../../../../support/authorizer/rest-event";
import { testAll } from "../../../../support/test-all";

const MCP = {
  audience: ["https://api.shop.example/mcp", "6e74172b"] as const,
  origins: ["https://console.shop.example"],
} satisfies PolicyMcp;
const [URL, APPLICATION] = MCP.audience;
const SERVER: AuthorizerPolicy = {
  ...POLICY,
  issuers: [
    ...POLICY.issuers.map((issuer) =>
      issuer.id === "workforce" && issuer.kind === "oidc"
        ? { ...issuer, audiences: ["api://shop", ...MCP.audience] }
        : issuer,
    ),
    { id: "principals", kind: "aws-iam", door: DOOR.door, subjects: [{ subject: ROLE, scopes: ["orders/read"] }] },
  ],
  routes: { ...POLICY.routes, "POST /mcp": { service: "orders", access: { scopes: ["orders/read"] }, mcp: MCP } },
};

let cognito: TestIssuer;
let okta: TestIssuer;
beforeAll(async () => {
  [cognito, okta] = await Promise.all([TestIssuer.create(COGNITO_URL), TestIssuer.create(OKTA_URL)]);
});

async function decided(
  authorization: string,
  sent: { readonly origin?: readonly string[]; readonly to?: string } = {},
) {
  const lines: string[] = [];
  const keys = documents({ ...cognitoDocuments(cognito), ...oidcDocuments(okta) }).call;
  const answer = restApiHandler({
    kind: "callers",
    policy: SERVER,
    rules: pathRules(SERVER),
    decider: {
      verifier: new TokenVerifier(trustedIssuers(SERVER, ENVIRONMENT), keys),
      awsPrincipals: AwsPrincipals.of(SERVER, stsThatVerifies().call),
      googleTokens: new GoogleTokens({
        policy: SERVER,
        environment: ENVIRONMENT,
        call: clouds().call,
        functionName: "callers",
      }),
      revoked: new Set(),
    },
    write: (line) => lines.push(line),
  });
  const { origin = [], to = "POST /mcp" } = sent;
  const [method, resource = ""] = to.split(" ");
  const event = restEvent({ method, resource, authorization: [authorization] });
  event.multiValueHeaders = { ...event.multiValueHeaders, Origin: [...origin] };
  await answer(event).catch(() => undefined);
  const { decision, reason } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  return { decision, reason };
}

const web = async (claims: Record<string, unknown>) =>
  `Bearer ${await cognito.token({ sub: "ann", token_use: "access", client_id: "web1client2id3", scope: "orders/read", ...claims })}`;
const staff = async (claims: Record<string, unknown>) =>
  `Bearer ${await okta.token({ sub: "ann@acme.example", cid: "0oa1example", scp: ["orders/read"], ...claims })}`;

testAll<[string, () => Promise<string>]>([
  ["a user pool binds to the server", () => web({ aud: URL })],
  ["a user pool binds to the server and others", () => web({ aud: ["x", URL] })],
  ["an external issuer writes for the server", () => staff({ aud: URL })],
  ["an external issuer writes for the server's own application", () => staff({ aud: APPLICATION })],
])("a token that %s is accepted", async (_, token) => {
  expect(await decided(await token())).toMatchObject({ decision: "allowed" });
});

testAll<[string, () => Promise<string>]>([
  ["of a user pool without audience", () => web({})],
  ["of a user pool for the door's root", () => web({ aud: "https://api.shop.example/" })],
  ["of a user pool for a path below", () => web({ aud: `${URL}/x` })],
  ["of a user pool for the server with a slash", () => web({ aud: `${URL}/` })],
  ["of a user pool for the server in other letters", () => web({ aud: URL.toUpperCase() })],
  ["of a user pool whose audience only begins like it", () => web({ aud: [`${URL}2`] })],
  [
    "of an external issuer for an application that begins alike",
    () => staff({ aud: ["api://shop", `${APPLICATION}0`] }),
  ],
  ["of an external issuer for the API", () => staff({ aud: "api://shop" })],
])("a token %s is refused", async (_, token) => {
  expect(await decided(await token())).toEqual({ decision: "unauthenticated", reason: "audience" });
});

test("other routes ask for no such audience", async () => {
  expect(await decided(await web({}), { to: "GET /orders" })).toMatchObject({ decision: "allowed" });
});

test("a signed AWS request is no token for a server", async () => {
  const host = "abcdef123.execute-api.eu-west-1.amazonaws.com";
  const signed = `Bearer ${await tokenOf({ headers: { "x-front-door-host": host } })}`;
  expect(await decided(signed, { to: "GET /orders" })).toMatchObject({ decision: "allowed" });
  expect(await decided(signed)).toEqual({ decision: "unauthenticated", reason: "token-shape" });
});

test("the remembered token of another route is still checked for the server's audience", async () => {
  const token = await web({});
  expect(await decided(token, { to: "GET /orders" })).toMatchObject({ decision: "allowed" });
  expect(await decided(token)).toMatchObject({ reason: "audience" });
});

testAll<[string, readonly string[], unknown]>([
  ["no origin", [], undefined],
  ["a declared origin", MCP.origins, undefined],
  ["another origin", ["https://evil.example"], "origin"],
  ["an origin that begins like it", ["https://console.shop.example.evil.example"], "origin"],
  ["the origin in other letters", ["https://Console.shop.example"], "origin"],
  ["the origin with a slash", ["https://console.shop.example/"], "origin"],
  ["the origin with its port", ["https://console.shop.example:443"], "origin"],
  ["an opaque origin", ["null"], "origin"],
  ["an empty origin", [""], "origin"],
  ["two origins, one declared", [...MCP.origins, "https://evil.example"], "origin"],
])("%s", async (_, origin, reason) => {
  expect(await decided(await web({ aud: URL }), { origin })).toMatchObject({
    decision: reason ? "forbidden" : "allowed",
    reason,
  });
});

test("other routes leave the origin to the services", async () => {
  const origin = ["https://evil.example"];
  expect(await decided(await web({}), { to: "GET /orders", origin })).toMatchObject({ decision: "allowed" });
});
