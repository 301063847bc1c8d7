import { readUnverified } from "../../../../../functions/authorizer/token/unverified-token";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { testAll } from "../../../../support/test-all";

const HEADER = { alg: "RS256", kid: "key-1" };
const PAYLOAD = { iss: "https://issuer.example", exp: 4_102_444_800 };

function raw(header: unknown, payload: unknown): string {
  const part = (value: unknown) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(payload)}.c2ln`;
}

test("a token is split into its parts", () => {
  const token = raw({ ...HEADER, typ: "at+jwt" }, PAYLOAD);
  expect(readUnverified(token)).toEqual({
    raw: token,
    alg: "RS256",
    kid: "key-1",
    iss: "https://issuer.example",
    claims: PAYLOAD,
    signed: token.slice(0, token.lastIndexOf(".")),
    signature: "c2ln",
  });
  expect(readUnverified(raw({ ...HEADER, alg: "ES256" }, PAYLOAD)).alg).toBe("ES256");
});

test("a header that was read before has the same algorithm and key id", () => {
  for (const header of [
    { ...HEADER, kid: "Key-1" },
    { ...HEADER, kid: "Key-1", alg: "ES256" },
  ]) {
    for (const _ of [1, 2]) expect(readUnverified(raw(header, PAYLOAD))).toMatchObject(header);
  }
});

testAll(["none", "None", "HS256", "RS384", "PS256", "EdDSA", "rs256", "", 1, null, undefined, ["RS256"]])(
  "the algorithm %j is refused",
  async (alg) => {
    expect(await refusalOf(() => readUnverified(raw({ ...HEADER, alg }, PAYLOAD)))).toBe(
      "unauthenticated token-algorithm",
    );
  },
);

testAll([undefined, "", 7, null, ["key-1"], "k".repeat(257)])("the key id %j is refused", async (kid) => {
  expect(await refusalOf(() => readUnverified(raw({ ...HEADER, kid }, PAYLOAD)))).toBe("unauthenticated token-shape");
});

testAll([["b64"], [], "b64", null])("a critical extension, even %j, is refused", async (crit) => {
  expect(await refusalOf(() => readUnverified(raw({ ...HEADER, crit }, PAYLOAD)))).toBe("unauthenticated token-shape");
});

testAll(["", "{", "null", "[]", '"x"', "7", `${"[".repeat(3000)}${"]".repeat(3000)}`, "{}{}"])(
  "a header or payload that is not a JSON object is refused: %.20s",
  async (text) => {
    expect(await refusalOf(() => readUnverified(raw(text, PAYLOAD)))).toBe("unauthenticated token-shape");
    expect(await refusalOf(() => readUnverified(raw(HEADER, text)))).toBe("unauthenticated token-shape");
  },
);

testAll([undefined, 7, null, ["https://issuer.example"]])("the issuer %j is refused", async (iss) => {
  expect(await refusalOf(() => readUnverified(raw(HEADER, { ...PAYLOAD, iss })))).toBe(
    "unauthenticated issuer-unknown",
  );
});

testAll([
  { exp: undefined },
  { exp: null },
  { exp: "4102444800" },
  { exp: [4_102_444_800] },
  { nbf: "1" },
  { nbf: null },
  { iat: {} },
  { sub: 7 },
  { sub: null },
  { jti: 7 },
  { scope: ["orders/read"] },
  { scope: null },
  { aud: 7 },
  { aud: null },
  { aud: ["shop", 7] },
  { aud: { shop: true } },
])("a registered claim of another type is refused: %j", async (claims) => {
  expect(await refusalOf(() => readUnverified(raw(HEADER, { ...PAYLOAD, ...claims })))).toBe(
    "unauthenticated token-claims",
  );
});

test("a claim named like an inherited property is an ordinary claim", () => {
  const token = raw(HEADER, `{"iss":"https://issuer.example","exp":1,"__proto__":{"sub":"eve"},"constructor":"x"}`);
  const { claims } = readUnverified(token);
  expect(claims.sub).toBeUndefined();
  expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
});
