import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

// biome-ignore lint/suspicious/noExplicitAny: claims as plain data
type Data = any;

/** What a caller presents. Each form and header has the reason for which it is refused, whatever the claims. */
export interface Presented {
  readonly form: keyof typeof FORMS;
  readonly header: keyof typeof HEADERS;
  /** Set for a request that an AWS principal signed for itself. */
  readonly signed?: keyof typeof SIGNED;
  readonly claims: Data;
  /** The claim that misses what config allows, and how. */
  readonly missed?: { readonly input: string; readonly kind: string };
}

/** Spellings of the header's value. `undefined`: it is accepted. */
export const FORMS = {
  bearer: undefined,
  "8192 bytes": undefined,
  none: "authorization-count",
  twice: "authorization-count",
  "lower-case": "authorization-shape",
  "upper-case": "authorization-shape",
  "without scheme": "authorization-shape",
  "space behind": "token-shape",
  "joined with a comma": "token-shape",
  padded: "token-shape",
  "two parts": "token-shape",
  "four parts": "token-shape",
  "no signature": "token-shape",
  "spare bit": "token-shape",
  "two spare bits in the header": "token-shape",
  "four spare bits in the header": "token-shape",
  "two spare bits in the claims": "token-shape",
  "four spare bits in the claims": "token-shape",
  "8193 bytes": "token-size",
  long: "token-size",
} as const;

/** Headers and keys. `undefined`: it is accepted. */
export const HEADERS = {
  plain: undefined,
  rsa: undefined,
  "key for verifying": undefined,
  "other key": "signature",
  "other rsa key": "signature",
  "unknown key": "key-unknown",
  "kid in other letters": "key-unknown",
  "kid cut": "key-unknown",
  "kid with a letter more": "key-unknown",
  "kid inherited": "key-unknown",
  "kid as a list": "token-shape",
  "algorithm in other letters": "token-algorithm",
  "algorithm as a list": "token-algorithm",
  "kid of 256": "key-unknown",
  "kid of another kind of key": "key-unknown",
  "key for encrypting": "key-unknown",
  "key for signing": "key-unknown",
  "key for ES384": "key-unknown",
  "key with its private half": "key-unknown",
  "key with a number as kid": "token-shape",
  "key with the exponent 3": "key-unknown",
  "key of 1024 bits": "key-unknown",
  "key with ROCA's fingerprint": "key-unknown",
  "key with the factor 2": "key-unknown",
  "key with the factor 167": "key-unknown",
  "key with almost ROCA's fingerprint": "signature",
  "no algorithm": "token-algorithm",
  none: "token-algorithm",
  HS256: "token-algorithm",
  critical: "token-shape",
  "no kid": "token-shape",
  "empty kid": "token-shape",
  "kid of 257": "token-shape",
  "header as a list": "token-shape",
  "header as null": "token-shape",
  "header as a text": "token-shape",
  "header without form": "token-shape",
  "claims as a list": "token-shape",
  "claims as null": "token-shape",
  "claims as a number": "token-shape",
  "claims without form": "token-shape",
} as const;

/** How a request that an AWS principal signed differs from the documented format. `undefined`: it is accepted. */
export const SIGNED = {
  plain: undefined,
  "with a session": undefined,
  "without a space": undefined,
  "session that is not signed": "token-claims",
  "signed session that is missing": "token-claims",
  "one more signed header": "token-claims",
  "one signed header less": "token-claims",
  "a day that does not exist": "token-claims",
  "another region": "token-shape",
  "another region in the scope": "token-shape",
  "another host": "token-shape",
  "another day": "token-shape",
  "another service": "token-shape",
  "an unknown member": "token-shape",
  "a missing member": "token-shape",
  "a number as member": "token-shape",
  "a short signature": "token-shape",
  "a list": "token-shape",
  "no JSON": "token-shape",
  "padded base64url": "token-shape",
  "AWS finds another signature": "signature",
  "AWS finds expired credentials": "credentials-expired",
  "AWS does not know the credentials": "credentials-unknown",
  "AWS fails": "unavailable caller-identity",
  "AWS does not answer": "unavailable caller-identity",
  "AWS names two principals": "unavailable caller-identity",
  "AWS names a principal of another account": "subject-unknown",
} as const;

/** The reason of a refusal for what is wrong with header or signature, whatever the claims. */
export function faultOf({ form, header, signed }: Presented, kind: "http" | "rest"): string | undefined {
  // An HTTP API joins the values of a header.
  if (form === "twice" && kind === "http") return "token-shape";
  return FORMS[form] ?? (signed ? SIGNED[signed] : HEADERS[header]);
}

/** Values of the `Authorization` header. */
export function authorizationOf({ form }: Presented, token: string, kind: "http" | "rest"): readonly string[] {
  const value = `Bearer ${token}`;
  if (form === "none") return [];
  if (form === "twice") return kind === "rest" ? [value, value] : [`${value},${value}`];
  if (form === "lower-case") return [`bearer ${token}`];
  if (form === "upper-case") return [`BEARER ${token}`];
  if (form === "without scheme") return [token];
  if (form === "space behind") return [`${value} `];
  if (form === "joined with a comma") return [`${value}, ${value}`];
  if (form === "padded") return [`Bearer  ${token}`];
  if (form === "two parts") return [value.slice(0, value.lastIndexOf("."))];
  if (form === "four parts") return [`${value}.AAAA`];
  if (form === "no signature") return [value.slice(0, value.lastIndexOf(".") + 1)];
  // Decodes to the same signature: the last of the 86 characters of an ES256 signature has four bits too many.
  if (form === "spare bit") return [raised(value)];
  return [form === "long" ? value + "A".repeat(8192) : value];
}

type Algorithm = "ES256" | "RS256";
interface Key {
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const [publicKeyEncoding, privateKeyEncoding] = [
  { type: "spki", format: "der" },
  { type: "pkcs8", format: "der" },
] as const;

/** Read from DER, because Node 20 may hang if the key of a finished job is exported as a JWK. */
function readKey(alg: Algorithm, made: { readonly publicKey: Buffer; readonly privateKey: Buffer }): Key {
  return {
    alg,
    publicKey: createPublicKey({ key: made.publicKey, type: "spki", format: "der" }),
    privateKey: createPrivateKey({ key: made.privateKey, type: "pkcs8", format: "der" }),
  };
}

function curveKey(): Key {
  return readKey("ES256", generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding, privateKeyEncoding }));
}

function rsaKey(modulusLength: number, publicExponent = 65537): Key {
  const shape = { modulusLength, publicExponent };
  return readKey("RS256", generateKeyPairSync("rsa", { ...shape, publicKeyEncoding, privateKeyEncoding }));
}

const [KEY, OTHER_KEY, RSA_KEY, OTHER_RSA_KEY] = [curveKey(), curveKey(), rsaKey(2048), rsaKey(2048)];
const [SMALL_KEY, KEY_OF_3] = [rsaKey(1024), rsaKey(2048, 3)];

const CURVE = { kid: "key-1", key: KEY };
const RSA = { kid: "rsa-1", key: RSA_KEY };
/** Name and key of the headers that have others than `CURVE`. */
const KEYS: Partial<Record<keyof typeof HEADERS, { readonly kid?: unknown; readonly key: Key }>> = {
  rsa: RSA,
  "key for verifying": { kid: "verify", key: KEY },
  "other key": { ...CURVE, key: OTHER_KEY },
  "other rsa key": { ...RSA, key: OTHER_RSA_KEY },
  "unknown key": { kid: "key-2", key: KEY },
  "kid in other letters": { kid: "KEY-1", key: KEY },
  "kid cut": { kid: "key-", key: KEY },
  "kid with a letter more": { kid: "key-11", key: KEY },
  "kid inherited": { kid: "constructor", key: KEY },
  "kid as a list": { kid: ["key-1"], key: KEY },
  "kid of 256": { kid: "k".repeat(256), key: KEY },
  "kid of 257": { kid: "k".repeat(257), key: KEY },
  "kid of another kind of key": { kid: "rsa-1", key: KEY },
  "key for encrypting": { kid: "enc", key: KEY },
  "key for signing": { kid: "sign", key: KEY },
  "key for ES384": { kid: "es384", key: KEY },
  "key with its private half": { kid: "private", key: KEY },
  "key with a number as kid": { kid: 7, key: KEY },
  "key with the exponent 3": { kid: "three", key: KEY_OF_3 },
  "key of 1024 bits": { kid: "small", key: SMALL_KEY },
  "key with ROCA's fingerprint": { kid: "roca", key: RSA_KEY },
  "key with the factor 2": { kid: "factor-2", key: RSA_KEY },
  "key with the factor 167": { kid: "factor-167", key: RSA_KEY },
  "key with almost ROCA's fingerprint": { kid: "almost-roca", key: RSA_KEY },
  "no kid": { key: KEY },
  "empty kid": { kid: "", key: KEY },
};

const PRIMES = Array.from({ length: 166 }, (_, index) => index + 2).filter((each, index, all) =>
  all.slice(0, index).every((smaller) => each % smaller !== 0),
);

/** A modulus of 2,048 bits with these remainders of the first 39 primes (CVE-2017-15361). */
function modulusWith(rests: readonly number[]): unknown {
  const product = PRIMES.reduce((all, prime) => all * BigInt(prime), 1n);
  let modulus = 0n;
  for (const [index, prime] of PRIMES.entries()) {
    const others = product / BigInt(prime);
    for (let times = 0n; times < BigInt(prime); times += 1n) {
      if (Number((others * times) % BigInt(prime)) === rests[index]) modulus += others * times;
    }
  }
  modulus = (modulus % product) + (2n ** 2047n / product + 1n) * product;
  return { kty: "RSA", e: "AQAB", n: Buffer.from(modulus.toString(16), "hex").toString("base64url") };
}

/** Powers of ROCA's generator, and moduli that differ from them at one prime. */
function weakModuli(): readonly unknown[] {
  const power = PRIMES.map((prime) => Number(65537n ** 3n % BigInt(prime)));
  const sound = PRIMES.map((prime, index) => (prime === 11 ? otherRest(power[index] ?? 0) : (power[index] ?? 0)));
  const without = (factor: number) => sound.map((rest, index) => (PRIMES[index] === factor ? 0 : rest));
  return [
    { ...(modulusWith(power) as object), kid: "roca" },
    { ...(modulusWith(without(2)) as object), kid: "factor-2" },
    { ...(modulusWith(without(167)) as object), kid: "factor-167" },
    { ...(modulusWith(sound) as object), kid: "almost-roca" },
  ];
}

/** A remainder of 11 that is no power of 65537, which is -1 there. */
function otherRest(power: number): number {
  return power === 2 ? 3 : 2;
}

const WEAK = weakModuli();

/** What an issuer publishes: keys that a verifier must accept, and others that it must not. */
export function publishedKeys(): readonly unknown[] {
  const jwkOf = ({ publicKey }: Key) => publicKey.export({ format: "jwk" });
  const curve = jwkOf(KEY);
  return [
    null,
    { ...curve, kid: "enc", use: "enc" },
    { ...curve, kid: "sign", key_ops: ["sign"] },
    { ...curve, kid: "es384", alg: "ES384" },
    { ...curve, kid: "private", d: "AQ" },
    { ...curve, kid: 7 },
    { ...curve, kid: "" },
    { ...jwkOf(KEY_OF_3), kid: "three" },
    { ...jwkOf(SMALL_KEY), kid: "small" },
    ...WEAK,
    { ...curve, kid: "verify", key_ops: ["verify"] },
    { ...jwkOf(RSA_KEY), kid: "rsa-1" },
    { ...curve, kid: "key-1", alg: "ES256", use: "sig" },
  ];
}

/** A token as the caller sends it, but for the spelling of the header's value. */
export function tokenOf({ form, header, signed, claims }: Presented): string {
  if (signed) return signedRequest(signed, claims);
  const { kid, key } = KEYS[header] ?? CURVE;
  const algorithms: Data = {
    ...{ none: "none", HS256: "HS256", "no algorithm": undefined },
    ...{ "algorithm in other letters": "es256", "algorithm as a list": ["ES256"] },
  };
  const alg = header in algorithms ? algorithms[header] : key.alg;
  const [head, body] = [{ ...{ alg, kid }, ...(header === "critical" && { crit: ["exp"] }) }, claims].map((part) =>
    JSON.stringify(part),
  );
  const others: Data = {
    "header as a list": ["[]", body],
    "header as null": ["null", body],
    "header as a text": ['"ES256"', body],
    "header without form": [head?.slice(1), body],
    "claims as a list": [head, `[${body}]`],
    "claims as null": [head, "null"],
    "claims as a number": [head, "7"],
    "claims without form": [head, body?.slice(1)],
  };
  const texts: string[] = others[header] ?? [head, body];
  const bytes = form === "8192 bytes" ? 8192 : form === "8193 bytes" ? 8193 : undefined;
  const parts =
    bytes === undefined ? texts.map((text, index) => spelled(form, text, index)) : padded(texts, bytes, key);
  const text = parts.join(".");
  const how = key.alg === "ES256" ? ({ key: key.privateKey, dsaEncoding: "ieee-p1363" } as const) : key.privateKey;
  return `${text}.${sign("sha256", Buffer.from(text), how).toString("base64url")}`;
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** A part of the token, with spaces behind the JSON if it is to end in bits that mean nothing. */
function spelled(form: Presented["form"], text: string, index: number): string {
  const [, count, where] = /^(two|four) spare bits in the (header|claims)$/.exec(form) ?? [];
  if (where !== ["header", "claims"][index]) return encoded(text);
  const rest = count === "two" ? 2 : 1;
  return raised(encoded(text.padEnd(text.length + ((rest + 3 - (Buffer.byteLength(text) % 3)) % 3))));
}

/** Sets the lowest bit of the last character, which is 0 in the form that encoders write. */
function raised(part: string): string {
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return part.slice(0, -1) + characters[characters.indexOf(part.at(-1) ?? "") + 1];
}

/** The parts with spaces behind the JSON, so that the token has this many bytes. */
function padded([head = "", body = ""]: readonly string[], bytes: number, { publicKey }: Key): readonly string[] {
  const { modulusLength = 512 } = publicKey.asymmetricKeyDetails ?? {};
  const signature = Math.ceil(modulusLength / 6);
  for (const spaces of [0, 1, 2]) {
    const first = encoded(head + " ".repeat(spaces));
    const left = bytes - first.length - signature - 2;
    const length = Math.floor((left * 3) / 4);
    const second = encoded(body.padEnd(body.length + length - Buffer.byteLength(body)));
    if (second.length === left) return [first, second];
  }
  throw new Error("expected a length that some number of spaces reaches");
}

/** A request to AWS STS that a principal signed. What AWS makes of the signature is in `principalsOf`. */
function signedRequest(how: keyof typeof SIGNED, claims: Data): string {
  const is = (name: keyof typeof SIGNED) => how === name;
  const date = new Date(claims.iat * 1000).toISOString().replace(/[-:]|\.000/g, "");
  const written = is("a day that does not exist") ? `20260230${date.slice(8)}` : date;
  const day = is("another day") ? "20200101" : written.slice(0, 8);
  const region = is("another region") ? "eu-central-1" : "eu-west-1";
  const [host, name] = claims.aud;
  const hasSession = is("with a session") || is("session that is not signed");
  const covered = [
    "content-type",
    "host",
    "x-amz-date",
    "x-front-door-expires",
    "x-front-door-host",
    "x-front-door-name",
  ];
  const signs = [
    ...(is("one more signed header") ? ["x-amz-content-sha256"] : []),
    ...(is("with a session") || is("signed session that is missing") ? ["x-amz-security-token"] : []),
    ...covered.slice(is("one signed header less") ? 1 : 0),
  ].sort();
  const place = is("another region in the scope") ? "eu-central-1" : region;
  const scope = `${accessKeyOf(how, claims)}/${day}/${place}/${is("another service") ? "iam" : "sts"}/aws4_request`;
  const fields = [
    `AWS4-HMAC-SHA256 Credential=${scope}`,
    `SignedHeaders=${signs.join(";")}`,
    `Signature=${"a".repeat(is("a short signature") ? 63 : 64)}`,
  ];
  const members: Data = {
    authorization: fields.join(is("without a space") ? "," : ", "),
    host: is("another host") ? "sts.amazonaws.com" : `sts.${region}.amazonaws.com`,
    "x-amz-date": written,
    ...(hasSession && { "x-amz-security-token": "c2Vzc2lvbg==" }),
    "x-front-door-host": host,
    "x-front-door-name": name,
    "x-front-door-expires": is("a number as member") ? claims.exp : `${claims.exp}`,
    ...(is("an unknown member") && { action: "AssumeRole" }),
  };
  if (is("a missing member")) delete members["x-front-door-name"];
  const text = JSON.stringify(is("a list") ? [members] : members);
  return `aws-iam.${encoded(is("no JSON") ? text.slice(1) : text)}${is("padded base64url") ? "=" : ""}`;
}

/** What AWS STS answers about the principals that signed, by access key id. The status 0 is a broken connection. */
export function principalsOf(
  all: readonly Presented[],
): Record<string, { readonly status: number; readonly body: string }> {
  const answers = all.flatMap(({ signed, claims }) =>
    signed ? [[accessKeyOf(signed, claims), answerOf(signed, claims)] as const] : [],
  );
  return Object.fromEntries(answers);
}

function answerOf(how: keyof typeof SIGNED, { arn, id }: Data): { readonly status: number; readonly body: string } {
  const refused = (code: string) => ({ status: 403, body: `<E><Error><Code>${code}</Code></Error></E>` });
  const named = `<Arn>${arn}</Arn>`;
  const account = how === "AWS names a principal of another account" ? "999988887777" : arn.split(":")[4];
  const body = `<A>${named}<UserId>${id}</UserId><Account>${account}</Account></A>`;
  if (how === "AWS finds another signature") return refused("SignatureDoesNotMatch");
  if (how === "AWS finds expired credentials") return refused("ExpiredToken");
  if (how === "AWS does not know the credentials") return refused("InvalidClientTokenId");
  if (how === "AWS fails") return { status: 500, body };
  if (how === "AWS does not answer") return { status: 0, body };
  return { status: 200, body: how === "AWS names two principals" ? body + named : body };
}

function accessKeyOf(how: keyof typeof SIGNED, { arn, id }: Data): string {
  return `ASIA${createHash("sha256").update(`${how} ${arn} ${id}`).digest("hex").toUpperCase().slice(0, 16)}`;
}
