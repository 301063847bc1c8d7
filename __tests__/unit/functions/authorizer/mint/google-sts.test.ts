import { MintBudget } from "../../../../../functions/authorizer/mint/budget";
import { exchangeForGoogle } from "../../../../../functions/authorizer/mint/google-sts";
import { clouds, EXCHANGE_REPLY } from "../../../../support/authorizer/clouds";
import { PROVIDER } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";

const RESOURCE = `//iam.googleapis.com/${PROVIDER}`;
const SIGNED = {
  url: "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
  method: "POST",
  headers: [{ key: "x-goog-cloud-target-resource", value: RESOURCE }],
} as const;

function exchange(reply: unknown = EXCHANGE_REPLY) {
  const body = typeof reply === "string" ? reply : JSON.stringify(reply);
  const { call, requests } = clouds({ sts: () => ({ status: 200, body }) });
  return { result: () => exchangeForGoogle(new MintBudget(call), SIGNED, RESOURCE), requests };
}

test("the exchange request is the one that Google documents", async () => {
  const { result, requests } = exchange();
  await result();
  const [request] = requests;
  expect(request).toMatchObject({
    method: "POST",
    url: "https://sts.googleapis.com/v1/token",
    headers: { "content-type": "application/json" },
  });
  const { subjectToken, ...fields } = JSON.parse(request?.body ?? "");
  expect(fields).toEqual({
    audience:
      "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/shop-dev/providers/aws-gateway",
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
    scope: "https://www.googleapis.com/auth/iam",
    subjectTokenType: "urn:ietf:params:aws:token-type:aws4_request",
  });
  expect(subjectToken).toMatch(/^[\w%.!~*'()-]+$/);
  expect(JSON.parse(decodeURIComponent(subjectToken))).toEqual(SIGNED);
});

test("returns the federated token of the response", async () => {
  expect(await exchange().result()).toBe("ya29.d.federated-token");
});

test.each([
  ["not JSON", "<html>"],
  ["no object", "null"],
  ["without a token", { ...EXCHANGE_REPLY, access_token: undefined }],
  ["with an empty token", { ...EXCHANGE_REPLY, access_token: "" }],
  ["with a line break in the token", { ...EXCHANGE_REPLY, access_token: "ya29\r\nX-Evil: 1" }],
  ["of another type", { ...EXCHANGE_REPLY, issued_token_type: "urn:ietf:params:oauth:token-type:id_token" }],
  ["of another scheme", { ...EXCHANGE_REPLY, token_type: "MAC" }],
])("refuses a response that is %s", async (_, reply) => {
  expect(await refusalOf(exchange(reply).result)).toBe("unavailable token-exchange");
});
