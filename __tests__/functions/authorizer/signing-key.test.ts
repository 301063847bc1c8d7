import { generateKeyPairSync, sign } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { type ClaimRules, SigningKey } from "../../../functions/authorizer/signing-key";
import { TestIssuer } from "./support/issuer";

const URL = "https://issuer.example";
const RULES: ClaimRules = { issuer: URL, audience: ["shop"], graceSeconds: 5 };

let rsa: TestIssuer;
let ec: TestIssuer;
beforeAll(async () => {
  rsa = await TestIssuer.create(URL, "rsa-1", "RS256");
  ec = await TestIssuer.create(URL, "ec-1", "ES256");
});

const keyOf = (jwk: JWK) => SigningKey.from(jwk) as SigningKey;

test("RSA and P-256 keys verify what they signed, and remember it", async () => {
  for (const issuer of [rsa, ec]) {
    const key = keyOf(issuer.jwk);
    const token = await issuer.token({ aud: "shop", sub: "ann" });
    expect(key.verify(token, RULES)).toMatchObject({ payload: { sub: "ann" }, remembered: false });
    expect(key.verify(token, RULES)).toMatchObject({ payload: { sub: "ann" }, remembered: true });
  }
});

test("a signature of another key, or of other contents, is refused, and not remembered as good", async () => {
  const other = await TestIssuer.create(URL, "rsa-1", "RS256");
  const key = keyOf(rsa.jwk);
  const forged = await other.token({ aud: "shop" });
  const [header, payload] = (await rsa.token({ aud: "shop", sub: "ann" })).split(".");
  const [, , signature] = (await rsa.token({ aud: "shop", sub: "bob" })).split(".");
  for (const token of [forged, `${header}.${payload}.${signature}`]) {
    expect(() => key.verify(token, RULES)).toThrow("Invalid signature");
    expect(() => key.verify(token, RULES)).toThrow("Invalid signature");
  }
});

test("a key serves no other algorithm than its own", async () => {
  const token = await rsa.token({ aud: "shop" });
  expect(() => keyOf({ ...ec.jwk, kid: "rsa-1" }).verify(token, RULES)).toThrow();
});

test("an RSA key serves RS256 alone, not its stronger relatives either", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = keyOf({ ...(publicKey.export({ format: "jwk" }) as JWK), kid: "rsa-2" });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (alg: string, hash: string) => {
    const input = `${part({ alg, kid: "rsa-2" })}.${part({ iss: URL, aud: "shop" })}`;
    return `${input}.${sign(hash, Buffer.from(input), privateKey).toString("base64url")}`;
  };
  expect(key.verify(token("RS256", "sha256"), RULES).remembered).toBe(false);
  expect(() => key.verify(token("RS384", "sha384"), RULES)).toThrow("algorithm");
});

test("a remembered token still expires, and still needs issuer and audience", async () => {
  const key = keyOf(rsa.jwk);
  const token = await rsa.token({ aud: "shop" });
  key.verify(token, RULES);
  expect(() => key.verify(token, { ...RULES, audience: ["another"] })).toThrow("Audience not allowed");
  expect(() => key.verify(token, { ...RULES, issuer: "https://another" })).toThrow("Issuer not allowed");
  jest.useFakeTimers({ now: Date.now() + 3_606_000 });
  expect(() => key.verify(token, RULES)).toThrow("Token expired");
  jest.useRealTimers();
});

test("a key remembers a bounded number of tokens", async () => {
  const key = keyOf(ec.jwk);
  const first = await ec.token({ aud: "shop", jti: "first" });
  key.verify(first, RULES);
  for (let index = 0; index < 500; index += 1) key.verify(await ec.token({ aud: "shop", jti: `${index}` }), RULES);
  expect(key.verify(first, RULES).remembered).toBe(false);
});

test("what is no public signing key of ours is none", async () => {
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
    { ...ec.jwk, x: "AAAA" },
    { ...ec.jwk, crv: "P-384" },
    { ...p384, kid: "p384" },
    { ...small, kid: "small" },
  ];
  expect(bad.filter((jwk) => SigningKey.from(jwk) !== undefined)).toEqual([]);
});

test("a key without `use` and `alg` is taken for what its type is", () => {
  const { use: _, alg: __, ...bare } = rsa.jwk;
  expect(SigningKey.from(bare)?.alg).toBe("RS256");
});
