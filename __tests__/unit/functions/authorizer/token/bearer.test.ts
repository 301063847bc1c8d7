import { bearerToken, TOKEN_BYTES } from "../../../../../functions/authorizer/token/bearer";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { testAll } from "../../../../support/test-all";

test("exactly one spelling of a bearer value is a token", () => {
  expect(bearerToken("Bearer aQ.bQ.cQ")).toBe("aQ.bQ.cQ");
});

testAll(["bearer aQ.bQ.cQ", "BEARER aQ.bQ.cQ", "Bearer", "", "aQ.bQ.cQ", " Bearer aQ.bQ.cQ", "Basic dXNlcjpwYXNz"])(
  "%j is refused for its shape",
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
])("%j holds no token", async (value) => {
  expect(await refusalOf(() => bearerToken(value))).toBe("unauthenticated token-shape");
});

test("a token has at most 8,192 bytes, each of them a character", async () => {
  const longest = `aQ.bQ.${"c".repeat(TOKEN_BYTES - 8)}cQ`;
  expect(bearerToken(`Bearer ${longest}`)).toBe(longest);
  expect(await refusalOf(() => bearerToken(`Bearer ${longest}c`))).toBe("unauthenticated token-size");
  expect(await refusalOf(() => bearerToken(`Bearer aQ.bQ.${"é".repeat(TOKEN_BYTES / 2)}`))).toBe(
    "unauthenticated token-shape",
  );
});

test("of the 64 last characters that a signature could end in, one is the token's", async () => {
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
