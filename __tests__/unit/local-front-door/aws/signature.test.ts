import { AwsV4Signer } from "aws4fetch";
import { type SignedRequest, verifySignature } from "../../../../packages/local-front-door/aws/sts";
import { testAll } from "../../../support/test-all";

const CREDENTIALS = { accessKeyId: "ASIATEST", secretAccessKey: "c2VjcmV0", sessionToken: "token+/=" };
const SCOPE = { region: "eu-west-1", service: "sts" };
const NOW = Date.parse("2026-11-25T12:00:00Z");

/** Requests signed with another library than the verifying one. */
async function signed(overrides: Partial<ConstructorParameters<typeof AwsV4Signer>[0]> = {}): Promise<SignedRequest> {
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    url: "https://sts.eu-west-1.amazonaws.com/?b=2&a=1&a=0",
    body: "Action=AssumeRole",
    datetime: "20261125T120000Z",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    allHeaders: true,
    ...overrides,
  });
  const { url, headers } = await signer.sign();
  return { method: "POST", url: url.href, headers: [["Host", url.host], ...headers], body: "Action=AssumeRole" };
}

function verify(request: SignedRequest, now = NOW, expiresAt = NOW + 1000) {
  return verifySignature(request, SCOPE, (id) => (id === "ASIATEST" ? { ...CREDENTIALS, expiresAt } : undefined), now);
}

const change = (request: SignedRequest, name: string, value: (old: string) => string): SignedRequest => ({
  ...request,
  headers: request.headers.map(([key, old]) => [key, key.toLowerCase() === name ? value(old) : old]),
});

test("a request that another library signed is accepted", async () => {
  expect(await verify(await signed())).toEqual({
    accessKeyId: "ASIATEST",
    signedHeaders: ["content-type", "host", "x-amz-date", "x-amz-security-token"],
  });
});

testAll<[string, (request: SignedRequest) => SignedRequest]>([
  ["method", (request) => ({ ...request, method: "PUT" })],
  ["path", (request) => ({ ...request, url: request.url.replace("/?", "/x?") })],
  ["query", (request) => ({ ...request, url: request.url.replace("b=2", "b=3") })],
  ["body", (request) => ({ ...request, body: "Action=Other" })],
  ["content type", (request) => change(request, "content-type", () => "text/plain")],
  [
    "signature",
    (request) => change(request, "authorization", (old) => old.replace(/.$/, (end) => (end === "0" ? "1" : "0"))),
  ],
  ["region", (request) => change(request, "authorization", (old) => old.replace("eu-west-1", "us-east-1"))],
  ["service", (request) => change(request, "authorization", (old) => old.replace("/sts/", "/iam/"))],
  ["host", (request) => change(request, "host", () => "sts.us-east-1.amazonaws.com")],
])("a signature for another %s is refused", async (_, mutate) => {
  await expect(verify(mutate(await signed()))).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

testAll(["host", "content-type", "x-amz-date", "x-amz-security-token"])("an unsigned %s is refused", async (name) => {
  const request = change(await signed(), "authorization", (old) =>
    old.replace(
      /SignedHeaders=([^,]+)/,
      (_, list: string) =>
        `SignedHeaders=${list
          .split(";")
          .filter((each) => each !== name)
          .join(";")}`,
    ),
  );
  await expect(verify(request)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a content type must be signed, as AWS requires", async () => {
  await expect(verify(await signed({ allHeaders: false }))).rejects.toThrow("content-type is not signed");
});

test("a request that is signed for one host is invalid at another", async () => {
  const elsewhere = await signed({ url: "https://sts.us-east-1.amazonaws.com/?b=2&a=1&a=0", region: "eu-west-1" });
  const request = { ...elsewhere, url: elsewhere.url.replace("us-east-1", "eu-west-1") };
  await expect(verify(request)).rejects.toThrow("host differs from the URL");
});

test("a signed header that is missing or repeated makes the signature incomplete", async () => {
  const request = await signed();
  const missing = { ...request, headers: request.headers.filter(([name]) => name !== "content-type") };
  await expect(verify(missing)).rejects.toMatchObject({ code: "IncompleteSignature" });
  const twice = { ...request, headers: [...request.headers, ["X-Amz-Date", "20261125T120000Z"] as const] };
  await expect(verify(twice)).rejects.toMatchObject({ code: "IncompleteSignature" });
});

test("a signature is valid from five minutes before to five minutes after its date", async () => {
  const request = await signed();
  await expect(verify(request, NOW + 300_000, NOW + 1e6)).resolves.toBeDefined();
  await expect(verify(request, NOW - 300_000)).resolves.toBeDefined();
  await expect(verify(request, NOW + 301_000, NOW + 1e6)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  await expect(verify(request, NOW - 301_000)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a date on another day than the credential's scope is refused", async () => {
  const request = change(await signed(), "x-amz-date", () => "20261126T000000Z");
  await expect(verify(request)).rejects.toMatchObject({ code: "IncompleteSignature" });
});

test("credentials must be known, unexpired, and come with their session token", async () => {
  await expect(verify(await signed({ accessKeyId: "ASIAOTHER" }))).rejects.toMatchObject({
    code: "InvalidClientTokenId",
  });
  await expect(verify(await signed(), NOW, NOW)).rejects.toMatchObject({ code: "ExpiredToken" });
  await expect(verify(await signed({ sessionToken: "another" }))).rejects.toMatchObject({
    code: "InvalidClientTokenId",
  });
  await expect(verify(await signed({ sessionToken: undefined }))).rejects.toMatchObject({
    code: "InvalidClientTokenId",
  });
  await expect(verify(await signed({ secretAccessKey: "b3RoZXI" }))).rejects.toMatchObject({
    code: "SignatureDoesNotMatch",
  });
});

testAll(["", "Bearer x", "AWS4-HMAC-SHA256 Credential=a"])("%j is not a signature", async (value) => {
  await expect(verify(change(await signed(), "authorization", () => value))).rejects.toMatchObject({
    code: "MissingAuthenticationToken",
  });
});
