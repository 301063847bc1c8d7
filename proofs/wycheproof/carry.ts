import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  privateEncrypt,
  publicDecrypt,
  sign,
} from "node:crypto";
import type { JoseVector } from "./jose-vectors";

interface Header {
  readonly alg?: string;
  readonly kid?: string;
}

/** The header of a token in three parts; undefined if it has none. */
export function headerOf(text: string): Header | undefined {
  try {
    const [part = ""] = text.split(".");
    const header: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof header === "object" && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The vector with claims that the front door would accept, so that only its fault is left. Its header stays byte for
 * byte. The vector's private key signs a valid one. A faulty RSA signature keeps its padding, with the hash of the new
 * text in place of the old one. All other faulty signatures stay as they are. Returns the published text if the vector
 * has not three parts.
 */
export function carried(vector: JoseVector, claims: object): string {
  const [head = "", payload = "", signature = "", ...others] = vector.text.split(".");
  const header = headerOf(vector.text);
  if (others.length > 0 || header === undefined || signature === "" || (payload === "" && !vector.valid)) {
    return vector.text;
  }
  const input = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  const key =
    vector.private.find(({ kid, kty }) => kid === header.kid && kty === keyType(header.alg)) ?? vector.private[0];
  const made = vector.valid
    ? signed(header.alg ?? "", key, input)
    : key?.kty === "RSA"
      ? withHashOf(input, `${head}.${payload}`, Buffer.from(signature, "base64url"), key)
      : undefined;
  return `${input}.${made === undefined ? signature : made.toString("base64url")}`;
}

function keyType(alg = ""): string | undefined {
  return { RS: "RSA", PS: "RSA", ES: "EC", HS: "oct" }[alg.slice(0, 2)];
}

/** Undefined for algorithms without a signature. */
function signed(alg: string, jwk: JsonWebKey | undefined, input: string): Buffer | undefined {
  const hash = `sha${alg.slice(2)}`;
  const text = Buffer.from(input);
  if (jwk === undefined || keyType(alg) === undefined) return undefined;
  if (jwk.kty === "oct")
    return createHmac(hash, Buffer.from(jwk.k ?? "", "base64url"))
      .update(text)
      .digest();
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return sign(hash, text, { key, dsaEncoding: "ieee-p1363", ...(alg.startsWith("PS") && pss) });
}

/** The same padding around another hash; undefined if the signature holds no SHA-256 hash of the old text. */
function withHashOf(input: string, old: string, signature: Buffer, jwk: JsonWebKey): Buffer | undefined {
  const padding = constants.RSA_NO_PADDING;
  try {
    const message = publicDecrypt({ key: createPublicKey({ key: jwk, format: "jwk" }), padding }, signature);
    const at = message.indexOf(sha256(old));
    if (at < 0) return undefined;
    sha256(input).copy(message, at);
    return privateEncrypt({ key: createPrivateKey({ key: jwk, format: "jwk" }), padding }, message);
  } catch {
    // A signature of another length, or greater than the modulus.
    return undefined;
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
