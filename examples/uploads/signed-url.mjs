import { createHash } from "node:crypto";

const METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
const HOST = "storage.googleapis.com";

/**
 * A URL for one PUT of one new object, with the headers that the PUT must have. Anyone who has it may use it once within
 * these seconds, for at most this many bytes.
 */
export async function uploadUrl({ bucket, object, contentType, maxBytes, seconds, signer }, now = new Date()) {
  const headers = {
    "content-type": contentType,
    host: HOST,
    "x-goog-content-length-range": `0,${maxBytes}`,
    "x-goog-if-generation-match": "0", // only if no object has this name
  };
  const names = Object.keys(headers).join(";");
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  const path = `/${bucket}/${object.split("/").map(escaped).join("/")}`;
  const query = Object.entries({
    "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
    "X-Goog-Credential": `${signer}/${scope}`,
    "X-Goog-Date": time,
    "X-Goog-Expires": seconds,
    "X-Goog-SignedHeaders": names,
  })
    .map(([name, value]) => `${name}=${escaped(`${value}`)}`)
    .join("&");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ["PUT", path, query, lines.join(""), names, "UNSIGNED-PAYLOAD"].join("\n");
  const digest = createHash("sha256").update(request).digest("hex");
  const signature = await signed(`GOOG4-RSA-SHA256\n${time}\n${scope}\n${digest}`, signer);
  const { host, ...sent } = headers;
  return { url: `https://${HOST}${path}?${query}&X-Goog-Signature=${signature}`, headers: sent };
}

/** RFC 3986: `encodeURIComponent` leaves out five characters. */
function escaped(text) {
  const hex = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}

/** Google signs as the account `signer`, whose key no program has. */
async function signed(text, signer) {
  const { access_token } = await answer(METADATA, { headers: { "metadata-flavor": "Google" } });
  const url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${signer}:signBlob`;
  const { signedBlob } = await answer(url, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ payload: Buffer.from(text).toString("base64") }),
  });
  return Buffer.from(signedBlob, "base64").toString("hex");
}

async function answer(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
