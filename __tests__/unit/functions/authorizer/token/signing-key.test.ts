import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { SigningKey } from "../../../../../functions/authorizer/token/signing-key";
import { readUnverified } from "../../../../../functions/authorizer/token/unverified-token";
import { TestIssuer } from "../../../../support/authorizer/issuer";
import { twinOf } from "../../../../support/authorizer/respelled";
import { WEAK_KEYS } from "../../../../support/authorizer/weak-keys";

const URL = "https://issuer.example";

let rsa: TestIssuer;
let ec: TestIssuer;
beforeAll(async () => {
  rsa = await TestIssuer.create(URL, "rsa-1", "RS256");
  ec = await TestIssuer.create(URL, "ec-1", "ES256");
});

const keyOf = (jwk: JWK) => SigningKey.from(jwk) as SigningKey;
const proof = (key: SigningKey, token: string) => key.verify(readUnverified(token));

test("RSA and P-256 keys verify their signatures", async () => {
  for (const issuer of [rsa, ec]) {
    const key = keyOf(issuer.jwk);
    const token = await issuer.token({ aud: "shop", sub: "ann" });
    expect(proof(key, token)).toBe(true);
  }
});

/** https://www.rfc-editor.org/rfc/rfc7515.html#appendix-A.2 and A.3 */
const PUBLISHED = [
  {
    alg: "RS256",
    signed:
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    signature:
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    jwk: {
      kty: "RSA",
      n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
      e: "AQAB",
    },
  },
  {
    alg: "ES256",
    signed:
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    jwk: {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    },
  },
] as const;

test.each(PUBLISHED)(
  "the published $alg signature is valid, and a changed one is not",
  ({ alg, signed, signature, jwk }) => {
    const key = keyOf({ ...jwk, kid: "published" });
    const check = (text: string, ending: string) =>
      key.verify({
        raw: `${text}.${ending}`,
        alg,
        signed: text,
        signature: ending,
        kid: "published",
        iss: "joe",
        claims: { exp: 0 },
      });
    expect(check(signed, signature)).toBe(true);
    const flipped = (text: string, index: number) =>
      `${text.slice(0, index)}${text[index] === "A" ? "B" : "A"}${text.slice(index + 1)}`;
    for (let index = 0; index < signature.length - 1; index += 7) {
      expect(check(signed, flipped(signature, index))).toBe(false);
    }
    for (let index = 0; index < signed.length; index += 7) {
      expect(check(flipped(signed, index), signature)).toBe(false);
    }
    for (const ending of ["", "AA", signature.slice(0, -4), `${signature}AAAA`]) {
      expect(check(signed, ending)).toBe(false);
    }
  },
);

test("a signature of another key, or of other contents, is refused", async () => {
  const other = await TestIssuer.create(URL, "rsa-1", "RS256");
  const key = keyOf(rsa.jwk);
  const forged = await other.token({ aud: "shop" });
  const [header, payload] = (await rsa.token({ aud: "shop", sub: "ann" })).split(".");
  const [, , signature] = (await rsa.token({ aud: "shop", sub: "bob" })).split(".");
  for (const token of [forged, `${header}.${payload}.${signature}`]) {
    expect(proof(key, token)).toBe(false);
  }
});

test("a key verifies only its own algorithm", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = keyOf({ ...(publicKey.export({ format: "jwk" }) as JWK), kid: "rsa-2" });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (alg: string) => {
    const input = `${part({ alg, kid: "rsa-2" })}.${part({ iss: URL, exp: 4_102_444_800 })}`;
    return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };
  expect(proof(key, token("RS256"))).toBe(true);
  expect(proof(key, token("ES256"))).toBe(false);
  expect(proof(keyOf({ ...ec.jwk, kid: "rsa-1" }), await rsa.token({ aud: "shop" }))).toBe(false);
});

test("accepts signatures with a high and with a low s, because issuers use both", async () => {
  const key = keyOf(ec.jwk);
  let high = 0;
  for (let index = 0; index < 64; index += 1) {
    const token = await ec.token({ jti: `${index}` });
    const other = twinOf(token);
    high += Number(other.wasHigh);
    expect([proof(key, token), proof(key, other.token)]).toEqual([true, true]);
  }
  // About half of them: refusing a high s would refuse valid tokens.
  expect(high).toBeGreaterThan(8);
  expect(high).toBeLessThan(56);
});

test("refuses anything but a supported public signing key", async () => {
  const [p384, small] = [
    await exportJWK((await generateKeyPair("ES384")).publicKey),
    generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
  ];
  const bad: unknown[] = [
    undefined,
    null,
    "key",
    {},
    { ...rsa.jwk, use: "enc" },
    { ...rsa.jwk, alg: "RS384" },
    { ...rsa.jwk, alg: "ES256" },
    { ...rsa.jwk, kty: "oct", k: "c2VjcmV0" },
    { ...rsa.jwk, kid: undefined },
    { ...rsa.jwk, kid: 7 },
    { ...rsa.jwk, n: undefined },
    { ...rsa.jwk, e: 3 },
    { ...rsa.jwk, e: "Aw" },
    { ...rsa.jwk, e: "AAEAAQ" },
    { ...rsa.jwk, n: Buffer.alloc(256, 0xff).toString("base64url") },
    { ...rsa.jwk, d: "AQAB" },
    { ...ec.jwk, d: "AQAB" },
    ...[[], ["sign"], ["encrypt", "wrapKey"], "verify", null, { verify: true }].map((ops) => ({
      ...ec.jwk,
      key_ops: ops,
    })),
    ...Object.values(WEAK_KEYS).map((make) => ({ ...createPublicKey(make()).export({ format: "jwk" }), kid: "weak" })),
    { ...ec.jwk, x: "AAAA" },
    { ...ec.jwk, crv: "P-384" },
    { ...p384, kid: "p384" },
    { ...small, kid: "small" },
  ];
  expect(bad.filter((jwk) => SigningKey.from(jwk) !== undefined)).toEqual([]);
});

test("a key without `use` and `alg` is used according to its type", () => {
  const { use: _, alg: __, ...bare } = rsa.jwk;
  expect(SigningKey.from(bare)?.alg).toBe("RS256");
  expect(SigningKey.from({ ...bare, key_ops: ["verify"] })?.alg).toBe("RS256");
});
