import { MintBudget } from "../../../../../functions/authorizer/mint/budget";
import { assumeRole, functionCredentials } from "../../../../../functions/authorizer/mint/google-tokens";
import type { HttpsRequest } from "../../../../../functions/authorizer/request/https-call";
import { verifySignature } from "../../../../../packages/local-front-door/aws/sts";
import { assumeRoleReply, clouds, INVOKER } from "../../../../support/authorizer/clouds";
import { ENVIRONMENT, ORDERS } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { testAll } from "../../../../support/test-all";

const SESSION = { region: "eu-west-1", role: ORDERS.role, sessionName: "callers.orders" };
const OWN = functionCredentials(ENVIRONMENT);

function assume(reply = assumeRoleReply()) {
  const { call, requests } = clouds({ aws: () => ({ status: 200, body: reply }) });
  return { result: () => assumeRole(new MintBudget(call), OWN, SESSION), requests };
}

/** Verified by AWS's own library, which the bundle does not contain. */
function verify({ method, url, headers, body }: HttpsRequest) {
  const request = {
    method,
    url,
    headers: [["host", new URL(url).host] as const, ...Object.entries(headers ?? {})],
    body: body ?? "",
  };
  const known = { ...OWN, expiresAt: Date.now() + 60_000 };
  return verifySignature(request, { region: "eu-west-1", service: "sts" }, () => known);
}

async function sent(): Promise<HttpsRequest> {
  const { result, requests } = assume();
  await result();
  return requests[0] as HttpsRequest;
}

test("reads the credentials from the documented response", async () => {
  expect(await assume().result()).toEqual(INVOKER);
});

test("sends the documented request, for one hour, with a session named after function and service", async () => {
  const { method, url, body } = await sent();
  expect({ method, url }).toEqual({ method: "POST", url: "https://sts.eu-west-1.amazonaws.com/" });
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: ORDERS.role,
    RoleSessionName: "callers.orders",
    DurationSeconds: "3600",
  });
});

test("the request verifies under an independent SigV4 implementation, and all of it is signed", async () => {
  const { signedHeaders } = await verify(await sent());
  expect(signedHeaders).toEqual(["content-type", "host", "x-amz-date", "x-amz-security-token"]);
});

testAll([
  ["another role", (request: HttpsRequest) => ({ ...request, body: request.body?.replace("orders", "catalog") })],
  ["another region's host", (request: HttpsRequest) => ({ ...request, url: "https://sts.eu-west-3.amazonaws.com/" })],
  ["another method", (request: HttpsRequest) => ({ ...request, method: "GET" as const })],
  [
    "another content type",
    (request: HttpsRequest) => ({ ...request, headers: { ...request.headers, "content-type": "text/plain" } }),
  ],
])("%s breaks the signature", async (_, change) => {
  await expect(verify(change(await sent()))).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

testAll([
  ["empty", ""],
  ["JSON", "{}"],
  ["an error", "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"],
  ["two credentials", assumeRoleReply() + assumeRoleReply()],
  ["two session tokens", assumeRoleReply().replace("</Credentials>", "<SessionToken>AA</SessionToken></Credentials>")],
  ["without a secret", assumeRoleReply().replace(/<SecretAccessKey>.*<\/SecretAccessKey>/, "")],
  ["a secret with an entity", assumeRoleReply({ secretAccessKey: "a&lt;b" })],
  ["a token with a line break in it", assumeRoleReply({ sessionToken: "AA\r\nBB" })],
  ["a key that is too short", assumeRoleReply({ accessKeyId: "ASIA" })],
  ["expired", assumeRoleReply({ expiration: "2020-01-01T00:00:00Z" })],
  ["without a date", assumeRoleReply({ expiration: "soon" })],
])("refuses a response that is %s", async (_, reply) => {
  expect(await refusalOf(assume(reply).result)).toBe("unavailable assume-role");
});

testAll(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])("fails without %s", async (name) => {
  expect(await refusalOf(() => functionCredentials({ ...ENVIRONMENT, [name]: undefined }))).toBe(
    "unavailable aws-credentials",
  );
});
