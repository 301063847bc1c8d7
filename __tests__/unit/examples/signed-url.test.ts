import { createHash } from "node:crypto";

const { uploadUrl } = require("../../../examples/uploads/signed-url.mjs");

const SIGNER = "shop-dev-uploads@shop-project.iam.gserviceaccount.com";
const UPLOAD = {
  bucket: "shop-dev-uploads",
  object: "in/a file (1).bin",
  contentType: "video/mp4",
  maxBytes: 524_288_000,
  seconds: 600,
  signer: SIGNER,
};

/** Google, as far as the code calls it: it signs with four bytes, and remembers the requests. */
class Google {
  readonly asked: { url: string; init: RequestInit }[] = [];
  readonly fetch = async (url: string, init: RequestInit) => {
    this.asked.push({ url, init });
    if (url.startsWith("http://metadata")) return Response.json({ access_token: "ya29" });
    return Response.json({ signedBlob: Buffer.from([1, 2, 254, 255]).toString("base64") });
  };
}

const original = globalThis.fetch;
let google: Google;
beforeEach(() => {
  google = new Google();
  globalThis.fetch = google.fetch as typeof fetch;
});
afterAll(() => {
  globalThis.fetch = original;
});

const upload = () => uploadUrl(UPLOAD, new Date("2026-11-30T09:00:00.123Z"));

/** https://cloud.google.com/storage/docs/authentication/canonical-requests */
const CANONICAL = `PUT
/shop-dev-uploads/in/a%20file%20%281%29.bin
X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=shop-dev-uploads%40shop-project.iam.gserviceaccount.com%2F20261130%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20261130T090000Z&X-Goog-Expires=600&X-Goog-SignedHeaders=content-type%3Bhost%3Bx-goog-content-length-range%3Bx-goog-if-generation-match
content-type:video/mp4
host:storage.googleapis.com
x-goog-content-length-range:0,524288000
x-goog-if-generation-match:0

content-type;host;x-goog-content-length-range;x-goog-if-generation-match
UNSIGNED-PAYLOAD`;

test("Google is asked to sign type, largest size and name of one new object, as the signing account", async () => {
  await upload();
  const [metadata, signing] = google.asked;
  expect(metadata?.init.headers).toEqual({ "metadata-flavor": "Google" });
  expect(signing?.url).toBe(`https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${SIGNER}:signBlob`);
  expect(signing?.init.headers).toMatchObject({ authorization: "Bearer ya29" });
  const { payload } = JSON.parse(String(signing?.init.body));
  const digest = createHash("sha256").update(CANONICAL).digest("hex");
  expect(Buffer.from(payload, "base64").toString()).toBe(
    `GOOG4-RSA-SHA256\n20261130T090000Z\n20261130/auto/storage/goog4_request\n${digest}`,
  );
});

test("the URL has the signature in hexadecimal, and the answer has every header that the upload must send", async () => {
  const [, path = "", query = ""] = CANONICAL.split("\n");
  expect(await upload()).toEqual({
    url: `https://storage.googleapis.com${path}?${query}&X-Goog-Signature=0102feff`,
    headers: {
      "content-type": "video/mp4",
      "x-goog-content-length-range": "0,524288000",
      "x-goog-if-generation-match": "0",
    },
  });
});

test("without the permission to sign there is no URL", async () => {
  globalThis.fetch = (async () => new Response("denied", { status: 403 })) as typeof fetch;
  await expect(upload()).rejects.toThrow("403: denied");
});
