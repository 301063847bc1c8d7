import { bearerToken, TOKEN_BYTES } from "../../../../functions/authorizer/bearer";
import { refusalOf } from "../../../support/authorizer/refusal";
import { testAll } from "../../../support/test-all";

test("exactly one spelling of a bearer value is a token", () => {
  expect(bearerToken("Bearer aa.bb.cc")).toBe("aa.bb.cc");
});

testAll(["bearer aa.bb.cc", "BEARER aa.bb.cc", "Bearer", "", "aa.bb.cc", " Bearer aa.bb.cc", "Basic dXNlcjpwYXNz"])(
  "%j is refused for its shape",
  async (value) => {
    expect(await refusalOf(() => bearerToken(value))).toBe("unauthenticated authorization-shape");
  },
);

testAll([
  "Bearer  aa.bb.cc",
  "Bearer aa.bb.cc ",
  "Bearer aa.bb",
  "Bearer aa.bb.",
  "Bearer aa..cc",
  "Bearer aa.bb.cc.dd",
  "Bearer aa.bb.cc\n",
  "Bearer aa.bb.c=",
  "Bearer aa.bb.c+",
  "Bearer aa.bb.cc,Bearer aa.bb.cc",
  "Bearer aa.bb.cc, Bearer aa.bb.cc",
  "Bearer ",
])("%j holds no token", async (value) => {
  expect(await refusalOf(() => bearerToken(value))).toBe("unauthenticated token-shape");
});

test("a token has at most 8,192 bytes, each of them a character", async () => {
  const longest = `aa.bb.${"c".repeat(TOKEN_BYTES - 6)}`;
  expect(bearerToken(`Bearer ${longest}`)).toBe(longest);
  expect(await refusalOf(() => bearerToken(`Bearer ${longest}c`))).toBe("unauthenticated token-size");
  expect(await refusalOf(() => bearerToken(`Bearer aa.bb.${"é".repeat(TOKEN_BYTES / 2)}`))).toBe(
    "unauthenticated token-shape",
  );
});
