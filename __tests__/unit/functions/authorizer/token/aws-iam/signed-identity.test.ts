import { readSignedIdentity } from "../../../../../../functions/authorizer/token/aws-iam/signed-identity";
import { DOOR, type Signing, signedHeaders, tokenOf, tokenWith } from "../../../../../support/authorizer/aws-iam";
import { refusalOf } from "../../../../../support/authorizer/refusal";

const read = async (change?: Signing) => refusalOf(async () => readSignedIdentity(await tokenOf(change), DOOR));

test("reads a token for this front door, with its headers and its expiry", async () => {
  const headers = await signedHeaders();
  const found = readSignedIdentity(await tokenOf(), DOOR);
  expect(Object.keys(found.headers).sort()).toEqual([
    "authorization",
    "host",
    "x-amz-date",
    "x-amz-security-token",
    "x-front-door-expires",
    "x-front-door-host",
    "x-front-door-name",
  ]);
  expect(found.headers["x-amz-security-token"]).toBe(headers["x-amz-security-token"]);
  expect(found.expiresAt - Date.now() / 1000).toBeGreaterThan(290);
});

test("accepts credentials without a session token", async () => {
  const { headers } = readSignedIdentity(await tokenOf({ withoutSession: true }), DOOR);
  expect(Object.keys(headers)).not.toContain("x-amz-security-token");
});

test.each<[string, Signing, string]>([
  ["another door", { headers: { "x-front-door-name": "storefront-prod" } }, "audience"],
  ["another host name", { headers: { "x-front-door-host": "api.evil.example" } }, "audience"],
  ["a host name that ends like it", { headers: { "x-front-door-host": `x${DOOR.host}` } }, "audience"],
  ["a host name that begins like it", { headers: { "x-front-door-host": `${DOOR.host}.evil.example` } }, "audience"],
  ["a name that begins like it", { headers: { "x-front-door-name": `${DOOR.door}2` } }, "audience"],
  ["no host name", { headers: { "x-front-door-host": undefined } }, "token-shape"],
  ["a port in the host name", { headers: { "x-front-door-host": `${DOOR.host}:443` } }, "audience"],
  ["another region", { region: "us-east-1", headers: { host: "sts.us-east-1.amazonaws.com" } }, "token-shape"],
  ["only another region's credential", { region: "us-east-1" }, "token-shape"],
  ["another host than AWS STS", { headers: { host: "sts.eu-west-1.amazonaws.com.evil.example" } }, "token-shape"],
  ["the global endpoint", { headers: { host: "sts.amazonaws.com" } }, "token-shape"],
  ["another service", { service: "iam" }, "token-shape"],
  ["no front door name", { headers: { "x-front-door-name": undefined } }, "token-shape"],
  ["no expiry", { headers: { "x-front-door-expires": undefined } }, "token-shape"],
  ["an unsigned content type", { headers: { "content-type": undefined } }, "token-claims"],
  ["a signed hash of the body", { applyChecksum: true }, "token-claims"],
  ["one more signed header", { headers: { "x-amz-target": "Other" } }, "token-claims"],
  ["a signed header of another audience", { headers: { "x-vault-aws-iam-server-id": "vault" } }, "token-claims"],
  ["a life longer than five minutes", { headers: { "x-front-door-expires": String(nowPlus(400)) } }, "token-claims"],
  ["an expiry before the signature", { headers: { "x-front-door-expires": String(nowPlus(-20)) } }, "token-claims"],
  ["an expiry that has passed", { signedAfter: -310 }, "expired"],
  [
    "an expiry that has passed sooner than AWS's own",
    { signedAfter: -100, headers: { "x-front-door-expires": String(nowPlus(-40)) } },
    "expired",
  ],
  ["a signature from the future", { signedAfter: 20 }, "not-yet-valid"],
])("a token with %s is refused", async (_, change, reason) => {
  expect(await read(change)).toBe(`unauthenticated ${reason}`);
});

function nowPlus(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

test("without the host name of the request, no signed one matches", async () => {
  for (const host of [DOOR.host, "api.example.com"]) {
    const token = await tokenOf({ headers: { "x-front-door-host": host } });
    expect(await refusalOf(() => readSignedIdentity(token, { ...DOOR, host: "" }))).toBe("unauthenticated audience");
  }
});

test("a binding header that the signature does not cover is refused", async () => {
  const { "x-front-door-host": host, ...others } = await signedHeaders();
  const unsigned = await signedHeaders({ headers: { "x-front-door-host": undefined } });
  for (const members of [
    { ...unsigned, "x-front-door-host": host },
    { ...others, authorization: others.authorization?.replace("x-front-door-expires;", ""), "x-front-door-host": host },
  ]) {
    const { "content-type": _, ...known } = members as Record<string, string>;
    expect(await refusalOf(() => readSignedIdentity(tokenWith(known), DOOR))).toBe("unauthenticated token-claims");
  }
});

test("refuses anything but an object of the known members, without any other effect", async () => {
  const { "content-type": _, ...known } = await signedHeaders();
  expect(readSignedIdentity(tokenWith(known), DOOR).headers).toEqual(known);
  const malformed: readonly unknown[] = [
    null,
    [],
    "text",
    7,
    {},
    { ...known, url: "https://evil.example" },
    { ...known, body: "Action=AssumeRole" },
    { ...known, constructor: "x" },
    { ...known, host: ["sts.eu-west-1.amazonaws.com"] },
    { ...known, "x-amz-date": "20261328T000000Z" },
    { ...known, "x-amz-date": "2026-11-28T00:00:00Z" },
    { ...known, "x-amz-security-token": "line\nbreak" },
    { ...known, authorization: `${known.authorization}\r\nX: y` },
    { ...known, authorization: known.authorization?.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256") },
    { ...known, authorization: known.authorization?.replace(/(?<=\/)\d{8}/, (day) => String(Number(day) + 1)) },
    JSON.parse(`{"__proto__":${JSON.stringify(known)}}`),
  ];
  const verdicts = await Promise.all(
    malformed.map((members) => refusalOf(() => readSignedIdentity(tokenWith(members), DOOR))),
  );
  expect(new Set(verdicts)).toEqual(new Set(["unauthenticated token-shape"]));
  for (const text of [
    "aws-iam.",
    "aws-iam.e",
    "aws-iam.e30=",
    "aws-iam.!!",
    "aws-iam.bm90IGpzb24",
    `${tokenWith(known)}=`,
    `${tokenWith(known)} `,
  ]) {
    expect(await refusalOf(() => readSignedIdentity(text, DOOR))).toBe("unauthenticated token-shape");
  }
});

test.each([
  ["20260230", "T100000Z"],
  ["20260301", "T240000Z"],
])("refuses a nonexistent date that could be read as another one: %s%s", async (day, time) => {
  jest.useFakeTimers({ now: Date.UTC(2026, 2, 2, time === "T100000Z" ? 10 : 0), doNotFake: ["nextTick"] });
  try {
    const { "content-type": _, ...known } = await signedHeaders();
    const authorization = String(known.authorization).replace(/\/\d{8}\//, `/${day}/`);
    const token = tokenWith({ ...known, authorization, "x-amz-date": `${day}${time}` });
    expect(await refusalOf(() => readSignedIdentity(token, DOOR))).toBe("unauthenticated token-claims");
  } finally {
    jest.useRealTimers();
  }
});
