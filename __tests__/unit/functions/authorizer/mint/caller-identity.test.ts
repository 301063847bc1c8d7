import { type SerializedRequest, signedCallerIdentity } from "../../../../../functions/authorizer/mint/google-sts";
import { verifySignature } from "../../../../../packages/local-front-door/aws/sts";
import { INVOKER } from "../../../../support/authorizer/clouds";
import { PROVIDER } from "../../../../support/authorizer/policy";

const RESOURCE = `//iam.googleapis.com/${PROVIDER}`;
const SCOPE = { region: "eu-west-1", service: "sts" };

const signed = () => signedCallerIdentity(INVOKER, "eu-west-1", RESOURCE);

/** Verified by AWS's own library, which the bundle does not contain. */
function verify({ method, url, headers }: SerializedRequest, body = "") {
  const request = { method, url, headers: headers.map(({ key, value }) => [key, value] as const), body };
  return verifySignature(request, SCOPE, (accessKeyId) =>
    accessKeyId === INVOKER.accessKeyId ? { ...INVOKER, expiresAt: Date.now() + 60_000 } : undefined,
  );
}

test("the request is the one that Google documents", async () => {
  const request = await signed();
  expect(request).toEqual({
    url: "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
    method: "POST",
    headers: expect.any(Array),
  });
  expect(Object.fromEntries(request.headers.map(({ key, value }) => [key.toLowerCase(), value]))).toEqual({
    host: "sts.eu-west-1.amazonaws.com",
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=ASIAINVOKERINVOKER00\//),
    "x-amz-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
    "x-amz-security-token": INVOKER.sessionToken,
    "x-goog-cloud-target-resource": RESOURCE,
  });
});

test("the request verifies under an independent SigV4 implementation, and the signature covers the provider", async () => {
  expect(await verify(await signed())).toEqual({
    accessKeyId: INVOKER.accessKeyId,
    signedHeaders: ["host", "x-amz-date", "x-amz-security-token", "x-goog-cloud-target-resource"],
  });
});

test.each(["host", "x-amz-date", "x-amz-security-token", "x-goog-cloud-target-resource"])(
  "a change of the signed header %s breaks the signature",
  async (name) => {
    const request = await signed();
    const headers = request.headers.map(({ key, value }) => ({
      key,
      value: key === name ? `${value.slice(0, -1)}0` : value,
    }));
    await expect(verify({ ...request, headers })).rejects.toThrow();
    await expect(verify({ ...request, headers: request.headers.filter(({ key }) => key !== name) })).rejects.toThrow();
  },
);

test.each([
  ["action", { url: "https://sts.eu-west-1.amazonaws.com/?Action=GetSessionToken&Version=2011-06-15" }],
  ["path", { url: "https://sts.eu-west-1.amazonaws.com/x?Action=GetCallerIdentity&Version=2011-06-15" }],
  ["host", { url: "https://sts.eu-west-3.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15" }],
  ["method", { method: "GET" as "POST" }],
])("a change of the %s breaks the signature", async (_, change) => {
  await expect(verify({ ...(await signed()), ...change })).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a body breaks the signature", async () => {
  await expect(verify(await signed(), "Action=GetSessionToken")).rejects.toMatchObject({
    code: "SignatureDoesNotMatch",
  });
});
