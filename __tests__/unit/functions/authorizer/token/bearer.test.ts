import { bearerToken, isCompactJws, TOKEN_BYTES } from "../../../../../functions/authorizer/token/bearer";
import { refusalOf } from "../../../../support/authorizer/refusal";
import fc from "../../../../support/properties";
import { testAll } from "../../../../support/test-all";

test("accepts exactly one spelling of a bearer value", () => {
  expect(bearerToken("Bearer aQ.bQ.cQ")).toBe("aQ.bQ.cQ");
});

testAll(["bearer aQ.bQ.cQ", "BEARER aQ.bQ.cQ", "Bearer", "", "aQ.bQ.cQ", " Bearer aQ.bQ.cQ", "Basic dXNlcjpwYXNz"])(
  "%j is refused because of its shape",
  async (value) => {
    expect(await refusalOf(() => bearerToken(value))).toBe("unauthenticated authorization-shape");
  },
);

testAll([
  "Bearer  aQ.bQ.cQ",
  "Bearer aQ.bQ.cQ ",
  "Bearer aQ.bQ",
  "Bearer aQ.bQ.",
  "Bearer aQ..cQ",
  "Bearer aQ.bQ.cQ.dd",
  "Bearer aQ.bQ.cQ\n",
  "Bearer aQ.bQ.cQ=",
  "Bearer aQ.bQ.cQ==",
  "Bearer aR.bQ.cQ",
  "Bearer aQ.bR.cQ",
  "Bearer aQ.bQ.cR",
  "Bearer aQ.bQ.cQR",
  "Bearer aQ.bQ.cQQQc",
  "Bearer aQ.bQ.ccc+",
  "Bearer aQ.bQ.ccc/",
  "Bearer aQ.bQ.cQ,Bearer aQ.bQ.cQ",
  "Bearer aQ.bQ.cQ, Bearer aQ.bQ.cQ",
  "Bearer ",
])("%j contains no token", async (value) => {
  expect(await refusalOf(() => bearerToken(value))).toBe("unauthenticated token-shape");
});

test("a token has at most 8,192 single-byte characters", async () => {
  const longest = `aQ.bQ.${"c".repeat(TOKEN_BYTES - 8)}cQ`;
  expect(bearerToken(`Bearer ${longest}`)).toBe(longest);
  expect(await refusalOf(() => bearerToken(`Bearer ${longest}c`))).toBe("unauthenticated token-size");
  expect(await refusalOf(() => bearerToken(`Bearer aQ.bQ.${"é".repeat(TOKEN_BYTES / 2)}`))).toBe(
    "unauthenticated token-shape",
  );
});

test("only one of the 64 possible last characters of a signature is accepted", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // RS256 has 256 bytes and ES256 64: one byte is left after the last three in both.
  for (const bytes of [256, 64]) {
    const signature = Buffer.alloc(bytes, 0xa5).toString("base64url");
    const same = [...alphabet]
      .map((last) => signature.slice(0, -1) + last)
      .filter((each) => Buffer.from(each, "base64url").equals(Buffer.alloc(bytes, 0xa5)));
    expect(same).toHaveLength(16);
    const passed: string[] = [];
    for (const each of same) {
      const token = `aQ.bQ.${each}`;
      const verdict = await refusalOf(() => bearerToken(`Bearer ${token}`)).catch(() => "passes");
      if (verdict === "passes") passed.push(each);
    }
    expect(passed).toEqual([signature]);
  }
});

test("a text is a token only if each of its three parts is the canonical encoding of its bytes", () => {
  const character = fc.constantFrom(..."AQgwEIMUYcko048Bb9_-+/=. \n");
  const encoded = fc
    .uint8Array({ minLength: 1, maxLength: 5 })
    .map((bytes) => Buffer.from(bytes).toString("base64url"));
  const part = fc.oneof(encoded, encoded, encoded, fc.string({ unit: character, maxLength: 9 }));
  const parts = fc
    .oneof(fc.tuple(part, part, part), fc.array(part, { minLength: 2, maxLength: 4 }))
    .map((each) => each.join("."));
  const seen = { tokens: 0, others: 0 };
  fc.assert(
    fc.property(parts, (whole) => {
      const found = whole.split(".");
      const expected =
        found.length === 3 &&
        found.every((part) => part !== "" && part === Buffer.from(part, "base64url").toString("base64url"));
      expect([whole, isCompactJws(whole)]).toEqual([whole, expected]);
      seen[expected ? "tokens" : "others"] += 1;
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.tokens, seen.others)).toBeGreaterThan(20);
});
