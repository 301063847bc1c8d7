import { MintBudget } from "../../../../../functions/authorizer/mint/budget";
import { generateIdToken } from "../../../../../functions/authorizer/mint/id-token";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { CATALOG, ORDERS } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { testAll } from "../../../../support/test-all";

function generate(reply: unknown = { token: googleIdToken() }) {
  const body = typeof reply === "string" ? reply : JSON.stringify(reply);
  const { call, requests } = clouds({ iam: () => ({ status: 200, body }) });
  return { result: () => generateIdToken(new MintBudget(call), "ya29.federated", ORDERS), requests };
}

test("the request is the one that Google documents", async () => {
  const { result, requests } = generate();
  await result();
  expect(requests).toEqual([
    {
      method: "POST",
      url: "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/shop-dev-orders%40shop-dev.iam.gserviceaccount.com:generateIdToken",
      headers: { authorization: "Bearer ya29.federated", "content-type": "application/json" },
      body: JSON.stringify({ audience: ORDERS.audience, includeEmail: true }),
    },
  ]);
});

test("returns the token with its expiry", async () => {
  const exp = Math.floor(Date.now() / 1000) + 1800;
  const token = googleIdToken({ exp });
  expect(await generate({ token }).result()).toEqual({ token, expiresAt: exp });
});

test("caps the life of a token at one hour", async () => {
  const { expiresAt } = await generate({ token: googleIdToken({ exp: 4_102_444_800 }) }).result();
  expect(expiresAt).toBeLessThanOrEqual(Date.now() / 1000 + 3600);
});

testAll([
  ["not JSON", "<html>"],
  ["no object", "null"],
  ["without a token", {}],
  ["no JWT", { token: "ya29.token" }],
  ["with a line break", { token: `${googleIdToken()}\r\n` }],
  ["for another service", { token: googleIdToken({ aud: CATALOG.audience }) }],
  ["for several audiences", { token: googleIdToken({ aud: [ORDERS.audience] }) }],
  ["of another account", { token: googleIdToken({ email: CATALOG.serviceAccount }) }],
  ["without an e-mail address", { token: googleIdToken({ email: undefined }) }],
  ["without expiry", { token: googleIdToken({ exp: undefined }) }],
  ["longer than a header should be", { token: googleIdToken({ padding: "x".repeat(4000) }) }],
])("refuses a response that is %s", async (_, reply) => {
  expect(await refusalOf(generate(reply).result)).toBe("unavailable id-token");
});
