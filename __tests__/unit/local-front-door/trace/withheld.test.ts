import { withheld, withheldJson } from "../../../../packages/local-front-door/trace/withheld";
import { SAMPLES } from "../../../support/credentials";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjF9.cC4hiUPoj9Eetdgtv3hF80EG";
const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(2, "0");
const all = (spelled: (character: string) => string) => [...TOKEN].map(spelled).join("");

/** The text without escapes, even if it is escaped several times. */
function undone(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return next === text ? text : undone(next);
}

testAll([
  TOKEN,
  TOKEN.split(".").slice(0, 2).join("."),
  "ya29.a0AfB_byC-token.more",
  "ya29%2Ea0AfB_byC",
  "%79a29.a0AfB_byC",
  TOKEN.replaceAll(".", "%2E"),
  TOKEN.replaceAll(".", "%2e"),
  TOKEN.replaceAll(".", "%252E"),
  TOKEN.replaceAll(".", "%25252e"),
  TOKEN.replaceAll(".", "%%32e"),
  TOKEN.replaceAll(".", "%2%65"),
  TOKEN.replaceAll("e", "%65"),
  TOKEN.replace("eyJ", "%65%79%4a"),
  all((character) => `%${hex(character)}`),
  all((character) => `%25${hex(character).toUpperCase()}`),
  `access_token%3D${TOKEN}`,
  `%20${TOKEN}`,
  `_${TOKEN}`,
])("the token %s is withheld in a path, in a key and in a list", (token) => {
  const path = `/orders/${token}/lines`;
  for (const shown of [withheld(path), withheld({ [path]: [path] })].map((each) => JSON.stringify(each))) {
    expect(shown).toContain("(token withheld)");
    expect(undone(shown)).not.toMatch(/eyJhbG|eyJpc3|ya29\./);
  }
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const [HEADER, PAYLOAD, SIGNATURE] = TOKEN.split(".") as [string, string, string];
const SECRET = "s3cr3tValue0fTh1sTest";
const SESSION = `IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ${"Dq7".repeat(20)}==`;

/** Every form of a credential: a name, a text with one, and what no shown text may contain. */
const FORMS: readonly (readonly [string, string, string])[] = [
  ["JWT", `said ${TOKEN}`, SIGNATURE],
  ["JWT without a signature", `said ${HEADER}.${PAYLOAD}`, PAYLOAD],
  ["JWT with a detached payload", `said ${HEADER}..${SIGNATURE}`, SIGNATURE],
  ["JWS as JSON", `{"protected":"${HEADER}","payload":"${PAYLOAD}","signature":"${SIGNATURE}"}`, SIGNATURE],
  ["JWT with a space in its header", `said ${base64url('{ "alg":"RS256"}')}.${PAYLOAD}.${SIGNATURE}`, SIGNATURE],
  ["JWE", `said ${base64url('{"alg":"RSA-OAEP"}')}.${SIGNATURE}.iv0000.${SECRET}.tag000`, SECRET],
  ["JWE with a direct key", `said ${base64url('{"alg":"dir","enc":"A256GCM"}')}..iv0000.${SECRET}.tag000`, SECRET],
  ["Bearer", `got Bearer ${SECRET}`, SECRET],
  ["bearer in capital letters", `got BEARER ${SECRET}`, SECRET],
  ["Bearer in a form", `x=Bearer+${SECRET}&y=1`, SECRET],
  ["Basic", `got Basic ${base64(`client:${SECRET}`)}`, base64(`client:${SECRET}`)],
  ["Authorization header", `authorization: ${SECRET}`, SECRET],
  ["AUTHORIZATION header", `AUTHORIZATION: ${SECRET}`, SECRET],
  ["Authorization header, Digest", `Authorization: Digest username="ann", response="${SECRET}"`, SECRET],
  ["Authorization in JSON", `{"headers":{"Authorization":"${SECRET}"}}`, SECRET],
  [
    "Authorization in JSON within JSON",
    JSON.stringify({ line: JSON.stringify({ Authorization: `a "${SECRET}` }) }),
    SECRET,
  ],
  ["X-Serverless-Authorization", `X-Serverless-Authorization: ${SECRET}`, SECRET],
  ["cookies", `Cookie: theme=dark; session=${SECRET}`, SECRET],
  ["X-Api-Key", `X-API-Key: ${SECRET}`, SECRET],
  ["client_secret", `grant_type=x&client_secret=${SECRET}`, SECRET],
  ["CLIENT_SECRET", `CLIENT_SECRET=${SECRET}`, SECRET],
  ["clientSecret in JSON", `{"clientSecret": "${SECRET}"}`, SECRET],
  ["client_secret, escaped", `client%5Fsecret%3D${SECRET}`, SECRET],
  ["access_token", `#access_token=${SECRET}`, SECRET],
  ["refresh_token", `refresh_token=${SECRET}`, SECRET],
  ["authorization code", `/callback?code=${SECRET}&state=1`, SECRET],
  ["code verifier", `code_verifier=${SECRET}`, SECRET],
  ["client assertion", `client_assertion=${SECRET}`, SECRET],
  ["subject token", `{"subjectToken":"${SECRET}"}`, SECRET],
  ["SAML response", `SAMLResponse=${SECRET}`, SECRET],
  ["password", `password: ${SECRET}`, SECRET],
  ["password in a URL", `postgres://app:${SECRET}@db.example/orders`, SECRET],
  ["token as a key of JSON", `{"token":"${SECRET}"}`, SECRET],
  ["token as a parameter", `Token=${SECRET}`, SECRET],
  ["AWS session token", `said ${SESSION}`, SESSION.slice(20)],
  ["X-Amz-Security-Token", `x-amz-security-token: ${SECRET}`, SECRET],
  ["AWS secret key", `AWS_SECRET_ACCESS_KEY=${SECRET}`, SECRET],
  ["presigned URL", `https://s3.example/x?X-Amz-Credential=AKIA&X-Amz-Signature=${SECRET}`, SECRET],
  [
    "signature of an AWS request",
    `AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=${SECRET}`,
    SECRET,
  ],
  ["AWS principal's token", `aws-iam.${SECRET}`, SECRET],
  ["Google access token", `ya29.${SECRET}`, SECRET],
  ["Google refresh token", `1//0g${SECRET}`, SECRET],
  ["Google API key", `AIza${SECRET}${SECRET}`, SECRET],
  ["Google client secret", `GOCSPX-${SECRET}`, SECRET],
  ["GitHub token", `ghs_${SECRET}`, SECRET],
  ["private key", `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}`, SECRET],
  ["base64 of Bearer", base64(`Bearer ${SECRET}`), base64(SECRET).slice(4, 20)],
  ["base64 of a header", `x ${base64(`a: b\nauthorization: bearer ${SECRET}`)}`, base64(`${SECRET}`).slice(4, 20)],
  ["base64url of a JWT", base64url(TOKEN), base64url(TOKEN).slice(-20)],
  ["base64 of base64 of a JWT", base64(base64(TOKEN)), base64(base64(TOKEN)).slice(-20)],
  ["base64 with other text in front of it", `x0${base64(`Bearer ${SECRET}`)}`, base64(SECRET).slice(4, 20)],
  ["JSON escapes", TOKEN.replaceAll(".", "\\u002e"), SIGNATURE],
  ["JSON escapes of letters", TOKEN.replaceAll("e", "\\u0065"), SIGNATURE],
  ["JSON escapes within JSON", JSON.stringify(TOKEN.replaceAll(".", "\\u002E")), SIGNATURE],
  ["hexadecimal escapes", TOKEN.replaceAll(".", "\\x2e"), SIGNATURE],
  ["braced escapes", TOKEN.replaceAll(".", "\\u{2e}"), SIGNATURE],
  ["octal escapes", TOKEN.replaceAll(".", "\\056"), SIGNATURE],
  ["HTML's escapes", TOKEN.replaceAll(".", "&#46;"), SIGNATURE],
  ["HTML's hexadecimal escapes", TOKEN.replaceAll(".", "&#x2E;"), SIGNATURE],
  ["%u escapes", TOKEN.replaceAll(".", "%u002e"), SIGNATURE],
  ["two kinds of escapes", TOKEN.replaceAll(".", "%5cu002e"), SIGNATURE],
];

test("every form of a credential is withheld, as a text, in a key, in a line of JSON, and in a log's row", () => {
  const shown = FORMS.flatMap(([form, text, part]) => {
    const row = { field: "@message", value: JSON.stringify({ message: text }) };
    const all = [withheld(text), withheld({ [text]: 1 }), withheld(row), withheld(`/orders?${text}`)];
    const texts = [...all.map((each) => JSON.stringify(each)), withheldJson(row), withheldJson({ text })];
    return texts
      .filter((each) => each.includes(part) || !each.includes("(token withheld)"))
      .map((each) => [form, each]);
  });
  expect(shown).toEqual([]);
});

test("each kind of credential that config refuses is withheld", () => {
  const shown = Object.values(SAMPLES)
    .flat()
    .flatMap((sample) => {
      const texts = [withheldJson({ text: sample }), withheldJson(JSON.stringify({ text: `a ${sample} b` }))];
      // The longest words of a credential are its secret parts.
      const words = sample.split(/[^A-Za-z0-9]/).filter((word) => word.length >= 16);
      return texts.filter((text) => !text.includes("(token withheld)") || words.some((word) => text.includes(word)));
    });
  expect(shown).toEqual([]);
});

test("a value is withheld whose key names a credential", () => {
  const keys = [
    "authorization",
    "Client_Secret",
    "refreshToken",
    "password",
    "token",
    "x-amz-security-token",
    "Cookie",
  ];
  for (const key of keys) {
    expect(withheld({ [key]: "x", other: "x" })).toEqual({ [key]: "(token withheld)", other: "x" });
    expect(withheldJson({ [key]: "x" })).toBe(JSON.stringify({ [key]: "(token withheld)" }));
  }
});

testAll([
  "the token has no audience",
  "Authorization is an identity source: Authorization, routeKey, policy",
  "no Bearer token",
  "basic authentication failed",
  "projects/p/traces/4bf92f3577b34da6a3ce929d0e0e4736",
  "arn:aws:sts::111122223333:assumed-role/storefront-dev-orders/callers.orders",
  "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
  "https://storefront-dev-orders-abcdefghij-ew.a.run.app/orders/42?page=2",
  "JKJaXmPLvHcESHA=",
  "Root=1-5759e988-bd862e3fe1be46a994272793",
  '{"decision":"allowed","cacheHits":{"token":true,"googleToken":false},"code":"ECONNREFUSED"}',
  "the code of the function: index.callers",
  "C:\\users\\ann",
])("%s contains no credential, and is shown unchanged", (text) => {
  expect(withheld(text)).toBe(text);
  expect(withheldJson({ text })).toBe(JSON.stringify({ text }));
});

testAll([
  "/orders/42",
  "/orders/caf%C3%A9",
  "/orders/50%25",
  "/orders/a%2Fb",
  "/files/%2e%2e",
  "keyJob.example",
  "%",
  "%zz%2",
])("%s is shown unchanged", (text) => {
  expect(withheld(text)).toBe(text);
});

test("a token is withheld whatever part of it is escaped, and how often", () => {
  const escapes = fc.array(fc.tuple(fc.nat(TOKEN.length - 1), fc.nat(3)), { maxLength: 20 });
  fc.assert(
    fc.property(escapes, (chosen) => {
      const characters = [...TOKEN];
      for (const [index, depth] of chosen) {
        characters[index] = `%${"25".repeat(depth)}${hex(TOKEN[index] ?? "")}`;
      }
      const shown = String(withheld(`/x/${characters.join("")}?y`));
      expect(shown).toBe("/x/(token withheld)?y");
    }),
  );
});

test("a word that is escaped more often than any server would decode is withheld completely, and fast", () => {
  const nested = (depth: number): string => (depth === 0 ? "%2e" : nested(depth - 1).replace(/e$/, "%65"));
  expect(withheld(`/x/${TOKEN.replaceAll(".", nested(30))}`)).toBe("/x/(token withheld)");
  const before = process.cpuUsage();
  for (const unit of ["%25", "%", "25", "%2", "eyJ", "eyJaaaaaa."]) withheld(unit.repeat(100_000));
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
});

test("a shortened text has no token at its end", () => {
  for (let before = 1_900; before < 2_000; before += 1) {
    const shown = String(withheld(`/${"x".repeat(before)}/${TOKEN}`));
    expect(shown).not.toMatch(/eyJ[\w-]+\.[\w-]{6,}/);
    expect(shown).not.toContain(TOKEN.split(".")[2]);
  }
});

test("the JSON of a value is withheld and shortened in the same way, with or without a token", () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      TOKEN,
      `/a%2Fb/${TOKEN}`,
      TOKEN.replace("eyJ", "%65yJ"),
      "ya29%2Ea0AfB_byC",
      "/a%2Fb",
      "x".repeat(2_001),
      base64(`Bearer ${SECRET}`),
      `${"-".repeat(17)}${base64(`Basic ${SECRET}`)}`,
      `{"token": "${SECRET}"}`,
    ),
  );
  const values = fc.oneof(
    texts,
    fc.dictionary(texts, fc.oneof(texts, fc.nat(), fc.boolean(), fc.array(texts), fc.dictionary(texts, texts))),
    // Short enough as a text, but too long as a list.
    fc.array(fc.constantFrom("a", "b"), { minLength: 99, maxLength: 120 }),
  );
  fc.assert(
    fc.property(values, (value) => {
      expect(withheldJson(value)).toBe(JSON.stringify(withheld(value)));
    }),
  );
});
