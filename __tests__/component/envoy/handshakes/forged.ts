import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import { twinOf, withSpareBit } from "../../../support/authorizer/respelled";
import { WEAK_KEYS } from "../../../support/authorizer/weak-keys";
import { type Claims, type SigningPair, signingPair } from "../../../system/attack/support/forged-issuer";
import type { BothHandshakes } from "./both-handshakes";
import { authorization, bearer, type Case, type TokenParts, unpublishedKey } from "./cases";

const LINE = "GET /orders";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Forged tokens that look valid, as in `__tests__/attack`, and valid ones that readers treat differently. */
export async function forgedTokens(both: BothHandshakes): Promise<readonly Case[]> {
  const { customers, partners, clients } = both;
  const [unpublished, curve, plain] = await Promise.all([
    unpublishedKey(),
    signingPair("customers-2", "ES256"),
    plainKey(),
  ]);
  const roca = published("customers-4", WEAK_KEYS["an RSA key with ROCA's fingerprint"]());
  const cubic = published("customers-5", WEAK_KEYS["an RSA key with the exponent 3"]());
  const [encrypting, disclosed] = await Promise.all([signingPair("customers-6"), signingPair("customers-7")]);
  customers.published = [
    ...[customers.pair.jwk, curve.jwk, plain.jwk, roca.jwk, cubic.jwk],
    { ...encrypting.jwk, use: undefined, key_ops: ["encrypt"] },
    { ...disclosed.jwk, d: disclosed.privateKey.export({ format: "jwk" }).d },
  ];
  const [web, agent] = [clients.get("web"), clients.get("reporting-agent")];
  const now = () => customers.now();
  const right = (): Claims => ({ sub: "ann", client_id: web, token_use: "access", scope: "openid orders/read" });
  const token = ({ claims, ...parts }: TokenParts = {}) => customers.token({ ...right(), ...claims }, parts);
  const resigned = (change: (head: string, body: string, tail: string) => readonly string[]) => {
    const [head = "", body = "", tail = ""] = token().split(".");
    return change(head, body, tail).join(".");
  };
  const claims = () => ({ iss: customers.url, iat: now(), exp: now() + 600, ...right() });
  const mac = (alg: string, secret: string) =>
    customers.compact({ alg, kid: "customers-1" }, claims(), (input) =>
      createHmac("sha256", secret).update(input).digest(),
    );
  const pem = (type: "spki" | "pkcs1") =>
    createPublicKey({ key: customers.pair.jwk as JsonWebKey, format: "jwk" }).export({ type, format: "pem" }) as string;
  const nothing = () => Buffer.alloc(256, 1);

  const tokens: Readonly<Record<string, () => string>> = {
    "alg none, no signature": () => resigned((_, body) => [part({ alg: "none" }), body, ""]),
    "alg none, a signature": () => token({ header: { alg: "none" } }),
    "no alg": () => token({ header: { alg: undefined } }),
    "HS256 with the public key": () => mac("HS256", pem("spki")),
    "HS256 with the public key in its older form": () => mac("HS256", pem("pkcs1")),
    "HS256 with the modulus": () => mac("HS256", String(customers.pair.jwk.n)),
    "RS256 that is an HMAC": () => mac("RS256", pem("spki")),
    "alg PS256 over a signature of RS256": () => token({ header: { alg: "PS256" } }),
    "RS512 under a key for any algorithm": () =>
      customers.compact({ alg: "RS512", kid: plain.jwk.kid }, claims(), (input) =>
        sign("sha512", input, plain.privateKey),
      ),
    "RS256 under a key for any algorithm": () =>
      customers.compact({ alg: "RS256", kid: plain.jwk.kid }, claims(), (input) =>
        sign("sha256", input, plain.privateKey),
      ),
    "a key on a curve": () => token({ pair: curve }),
    "a key with ROCA's fingerprint": () => token({ pair: roca }),
    "a key with the exponent 3": () => token({ pair: cubic }),
    "a key that is not for verifying": () => token({ pair: encrypting }),
    "a key with its private half": () => token({ pair: disclosed }),
    "a signature with a spare bit": () => withSpareBit(token()),
    "a curve's signature with a spare bit": () => withSpareBit(token({ pair: curve })),
    "a curve's other signature": () => twinOf(token({ pair: curve })).token,
    "ES256 with a signature of zeros": () =>
      customers.compact({ alg: "ES256", kid: "customers-2" }, claims(), () => Buffer.alloc(64)),
    "ES256 under the kid of an RSA key": () => token({ pair: curve, header: { kid: "customers-1" } }),
    "RS256 under the kid of a curve's key": () => token({ header: { kid: "customers-2" } }),
    "another signature": () => resigned((head, body) => [head, body, "AAAA"]),
    "half its signature": () => resigned((head, body, tail) => [head, body, tail.slice(0, 100)]),
    "other claims under the signature": () => resigned((head, _, tail) => [head, part(claims()), tail]),
    "a key of its own in the header": () => token({ pair: unpublished, header: { jwk: unpublished.jwk } }),
    "an address of keys in the header": () =>
      token({ pair: unpublished, header: { jku: "https://evil.example/keys" } }),
    "an unknown kid": () => token({ header: { kid: "customers-9" } }),
    "a kid that is a path": () => token({ header: { kid: "../../../../dev/null" } }),
    "a kid that every object has": () => token({ header: { kid: "__proto__" } }),
    "no kid": () => token({ header: { kid: undefined } }),
    "an empty kid": () => token({ header: { kid: "" } }),
    "a kid that is a list": () => token({ header: { kid: ["customers-1"] } }),
    "a critical extension": () => token({ header: { crit: ["b64"], b64: true } }),
    "the issuer with a slash": () => token({ claims: { iss: `${customers.url}/` } }),
    "the issuer in capitals": () => token({ claims: { iss: customers.url.toUpperCase() } }),
    "the issuer over http": () => token({ claims: { iss: customers.url.replace("https", "http") } }),
    "issuers in a list": () => token({ claims: { iss: [customers.url] } }),
    "no issuer": () => token({ claims: { iss: undefined } }),
    expired: () => token({ claims: { exp: now() - 60 } }),
    "expired two seconds ago": () => token({ claims: { exp: now() - 2 } }),
    "no expiry": () => token({ claims: { exp: undefined } }),
    "an expiry in words": () => token({ claims: { exp: "2100-01-01" } }),
    "not yet valid": () => token({ claims: { nbf: now() + 60 } }),
    "valid in three seconds": () => token({ claims: { nbf: now() + 3 } }),
    "issued in a minute": () => token({ claims: { iat: now() + 60 } }),
    "no client": () => token({ claims: { client_id: undefined } }),
    "a client in a list": () => token({ claims: { client_id: [web] } }),
    "the client in capitals": () => token({ claims: { client_id: web?.toUpperCase() } }),
    "the client as audience alone": () => token({ claims: { client_id: undefined, aud: web } }),
    "the client as audience as well": () => token({ claims: { aud: web } }),
    "an ID token with a scope": () => token({ claims: { token_use: "id", aud: web } }),
    "no stated use": () => token({ claims: { token_use: undefined } }),
    "no subject": () => token({ claims: { sub: undefined } }),
    "a subject with a space": () => token({ claims: { sub: "ann b" } }),
    "a subject with a quote": () => token({ claims: { sub: 'ann","status":"200' } }),
    "a subject with a backslash": () => token({ claims: { sub: "ann\\" } }),
    "a subject that would write a header": () => token({ claims: { sub: "ann\r\nX-Caller-Scopes: all" } }),
    "a subject of 256 characters": () => token({ claims: { sub: "a".repeat(256) } }),
    "no scope at all": () => token({ claims: { scope: undefined } }),
    "a scope that is a number": () => token({ claims: { scope: 7 } }),
    "a scope as the start of one": () => token({ claims: { scope: "orders/reader orders/rea" } }),
    "a scope in capitals": () => token({ claims: { scope: "ORDERS/READ" } }),
    "scopes with commas": () => token({ claims: { scope: "orders/read,orders/write" } }),
    "scopes as a list": () => token({ claims: { scope: ["orders/read"] } }),
    "scopes in the claim scp": () => token({ claims: { scope: undefined, scp: ["orders/read"] } }),
    "all scopes that there are": () =>
      token({ claims: { scope: both.routes.flatMap(([, scopes]) => scopes).join(" ") } }),
    "an actor with the scope": () => token({ claims: { act: { sub: agent } } }),
    "an undeclared actor before one with the scope": () =>
      token({ claims: { act: { sub: agent, act: { sub: "another" } } } }),
    "an actor without the scope": () => token({ claims: { act: { sub: clients.get("support-desk") } } }),
    "an undeclared actor": () => token({ claims: { act: { sub: "another" } } }),
    "an actor with the scope before an undeclared one": () =>
      token({ claims: { act: { sub: "another", act: { sub: agent } } } }),
    "an actor of another issuer": () => token({ claims: { act: { sub: agent, iss: partners.url } } }),
    "an act that is a text": () => token({ claims: { act: agent } }),
    "an act that is null": () => token({ claims: { act: null } }),
    "9 kB": () => token({ claims: { padding: "x".repeat(6200) } }),
    "11 kB": () => token({ claims: { padding: "x".repeat(7800) } }),
    "20 kB": () => token({ claims: { padding: "x".repeat(14_000) } }),
    "lists in lists": () => customers.compact("[".repeat(2900) + "]".repeat(2900), claims(), nothing),
    "an issuer of lists in lists": () =>
      customers.compact(
        { alg: "RS256", kid: "customers-1" },
        `{"iss":${"[".repeat(2900)}1${"]".repeat(2900)}}`,
        nothing,
      ),
    "a payload that is no JSON": () => customers.compact({ alg: "RS256", kid: "customers-1" }, "not json", nothing),
    "__proto__ for a header": () =>
      customers.compact('{"__proto__":{"alg":"RS256","kid":"customers-1"}}', claims(), nothing),
  };
  const values: Readonly<Record<string, () => readonly string[]>> = {
    "two good tokens": () => [`Bearer ${token()}`, `Bearer ${token()}`],
    "two tokens in one value": () => [`Bearer ${token()},Bearer ${token()}`],
    "bearer in small letters": () => [`bearer ${token()}`],
    "bearer in capitals": () => [`BEARER ${token()}`],
    "no scheme": () => [token()],
    "another scheme": () => [`DPoP ${token()}`],
    "the scheme alone": () => ["Bearer"],
    "two spaces": () => [`Bearer  ${token()}`],
    "a tab after the scheme": () => [`Bearer\t${token()}`],
    "a parameter": () => [`Bearer ${token()}, realm="x"`],
    padding: () => [`Bearer ${token()}=`],
    quotes: () => [`Bearer "${token()}"`],
    "two parts": () => [`Bearer ${token().split(".").slice(0, 2).join(".")}`],
    "five parts": () => [`Bearer ${token()}.a.b`],
    "the usual alphabet of base64": () => [`Bearer ${token().slice(0, -1)}+`],
    garbage: () => ["Bearer garbage"],
    Basic: () => ["Basic dXNlcjpwYXNz"],
    "an empty value": () => [""],
  };
  return [
    ...Object.entries(tokens).map(([name, make]): Case => ({ name, line: LINE, headers: () => bearer(make()) })),
    ...Object.entries(values).map(
      ([name, make]): Case => ({ name, line: LINE, headers: () => authorization(...make()) }),
    ),
    { name: "a token in the query", line: `${LINE}?access_token=${token()}` },
    { name: "a token in a cookie", line: LINE, headers: () => [["Cookie", `access_token=${token()}`]] },
  ];
}

function published(kid: string, privateKey: KeyObject): SigningPair {
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" } };
}

/** A key as some issuers publish it, without its algorithm. */
async function plainKey() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid: "customers-3" } };
}
