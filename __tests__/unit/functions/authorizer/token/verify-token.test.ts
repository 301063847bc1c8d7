import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { validateJwtFields } from "aws-jwt-verify/jwt";
import { Trace } from "../../../../../functions/authorizer/request/log";
import { type TrustedIssuer, trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../../functions/authorizer/token/verify-token";
import { cognitoDocuments, documents, oidcDocuments, TestIssuer } from "../../../../support/authorizer/issuer";
import { AWS_URL, COGNITO_URL, ENVIRONMENT, OKTA_URL, POLICY } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { twinOf } from "../../../../support/authorizer/respelled";
import { silentTrace } from "../../../../support/authorizer/trace";
import fc from "../../../../support/properties";
import { testAll } from "../../../../support/test-all";

let cognito: TestIssuer;
let okta: TestIssuer;
let aws: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
  okta = await TestIssuer.create(OKTA_URL);
  aws = await TestIssuer.create(AWS_URL, "aws-key", "ES256");
});

function verifier(environment: Record<string, string | undefined> = ENVIRONMENT) {
  const web = documents({ ...cognitoDocuments(cognito), ...oidcDocuments(okta), ...oidcDocuments(aws) });
  const tokens = new TokenVerifier(trustedIssuers(POLICY, environment), web.call);
  return {
    verify: (raw: string) => tokens.verify(raw, silentTrace()),
    verdict: (raw: string) => refusalOf(() => tokens.verify(raw, silentTrace())),
    requests: web.requests,
  };
}

const seconds = () => Math.floor(Date.now() / 1000);

test("verifies a valid token of each issuer, with RS256 and ES256", async () => {
  const { verify } = verifier();
  expect((await verify(await cognito.token({ sub: "ann" }))).issuer.id).toBe("customers");
  expect((await verify(await okta.token({ aud: "api://shop" }))).issuer.id).toBe("workforce");
  expect((await verify(await okta.token({ aud: ["x", "api://shop-old"] }))).issuer.id).toBe("workforce");
  expect((await verify(await aws.token({ aud: "shop-dev" }))).issuer.id).toBe("aws");
});

testAll([
  `${COGNITO_URL}/`,
  COGNITO_URL.toUpperCase(),
  COGNITO_URL.replace("https", "http"),
  "https://evil.example",
  "",
  "__proto__",
])("the issuer %j is unknown, and no issuer is called", async (iss) => {
  const { verdict, requests } = verifier();
  expect(await verdict(await cognito.token({ iss }))).toBe("unauthenticated issuer-unknown");
  expect(requests).toEqual([]);
});

test("lists the issuers that it trusts, to which an instance connects while it starts", () => {
  const tokens = new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), documents({}).call);
  expect(tokens.issuers).toEqual(expect.arrayContaining([COGNITO_URL, OKTA_URL, AWS_URL]));
});

test("a token that can be refused without a key causes no call", async () => {
  const { verdict, requests } = verifier();
  const [, payload] = (await cognito.token({})).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", kid: "key-1" })).toString("base64url");
  expect(await verdict(`${none}.${payload}.c2ln`)).toBe("unauthenticated token-algorithm");
  expect(requests).toEqual([]);
});

test("a key of one issuer does not verify tokens of another", async () => {
  const { verdict } = verifier();
  expect(await verdict(await okta.token({ iss: COGNITO_URL }))).toBe("unauthenticated signature");
});

test("a key that the issuer does not publish is unknown", async () => {
  const unknownIssuer = await TestIssuer.create(COGNITO_URL, "unknown");
  expect(await verifier().verdict(await unknownIssuer.token({}))).toBe("unauthenticated key-unknown");
});

test("an HMAC with the public key is refused", async () => {
  const pem = createPublicKey({ key: cognito.jwk as JsonWebKey, format: "jwk" }).export({
    type: "spki",
    format: "pem",
  });
  const [, payload] = (await cognito.token({})).split(".");
  for (const alg of ["HS256", "RS256"]) {
    const header = Buffer.from(JSON.stringify({ alg, kid: "key-1" })).toString("base64url");
    const mac = createHmac("sha256", pem).update(`${header}.${payload}`).digest("base64url");
    expect(await verifier().verdict(`${header}.${payload}.${mac}`)).toMatch(
      /unauthenticated (token-algorithm|signature)/,
    );
  }
});

test("clock skew is tolerated up to five seconds", async () => {
  const now = seconds();
  jest.useFakeTimers({ now: now * 1000, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const { verify, verdict } = verifier();
  const good = [{ exp: now - 5 }, { nbf: now + 5 }, { iat: now + 5 }];
  for (const claims of good) expect((await verify(await cognito.token(claims))).claims).toMatchObject(claims);
  expect(await verdict(await cognito.token({ exp: now - 6 }))).toBe("unauthenticated expired");
  expect(await verdict(await cognito.token({ nbf: now + 6 }))).toBe("unauthenticated not-yet-valid");
  expect(await verdict(await cognito.token({ iat: now + 6 }))).toBe("unauthenticated not-yet-valid");
  jest.useRealTimers();
});

testAll([
  { exp: undefined },
  { exp: "4102444800" },
  { exp: null },
  { iat: "now" },
  { nbf: "now" },
  { exp: -1e300 },
  { nbf: 1e300 },
])("times like %j are refused", async (claims) => {
  expect(await verifier().verdict(await cognito.token(claims))).toMatch(
    /^unauthenticated (token-claims|expired|not-yet-valid)$/,
  );
});

testAll([undefined, "api://SHOP", "api://shop/", "api://sho", [], ["api://another"], 7, { "api://shop": true }])(
  "the audience %j is refused",
  async (aud) => {
    expect(await verifier().verdict(await okta.token({ aud }))).toMatch(/^unauthenticated (audience|token-claims)$/);
  },
);

test("checks times and audience like aws-jwt-verify", async () => {
  const now = seconds();
  jest.useFakeTimers({ now: now * 1000, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const { verdict } = verifier();
  const offset = fc.oneof(fc.integer({ min: -8, max: 8 }), fc.double({ min: -8, max: 8, noNaN: true }));
  const name = fc.constantFrom("shop-dev", "shop-prod", "SHOP-DEV", "");
  const claims = fc.record(
    { exp: offset, nbf: offset, aud: fc.oneof(name, fc.array(name, { maxLength: 3 })) },
    { requiredKeys: ["exp"] },
  );
  const seen = { passed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(claims, async ({ exp, nbf, aud }) => {
      const said = {
        iat: now,
        exp: now + exp,
        ...(nbf !== undefined && { nbf: now + nbf }),
        ...(aud !== undefined && { aud }),
      };
      const rules = { issuer: AWS_URL, audience: ["shop-dev"], graceSeconds: 5 };
      const judge = () => validateJwtFields({ iss: AWS_URL, ...said }, rules);
      const ours = await verdict(await aws.token(said)).catch(() => "passed");
      if (ours === "passed") expect(judge).not.toThrow();
      else expect(judge).toThrow();
      seen[ours === "passed" ? "passed" : "refused"] += 1;
    }),
    { numRuns: 200 },
  );
  expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(20);
  jest.useRealTimers();
});

test("an issuer whose variable is missing is not trusted; the others still are", async () => {
  const { verify, verdict } = verifier({ ...ENVIRONMENT, ISSUER_CUSTOMERS: undefined });
  expect(await verdict(await cognito.token({}))).toBe("unauthenticated issuer-unknown");
  expect((await verify(await okta.token({ aud: "api://shop" }))).issuer.id).toBe("workforce");
});

test("a token seen before needs no call and no signature check, and is refused once it has expired", async () => {
  const { verify, verdict, requests } = verifier();
  const token = await cognito.token({ exp: seconds() + 60 });
  await verify(token);
  await verify(token);
  expect(requests).toHaveLength(1);
  jest.useFakeTimers({ now: Date.now() + 66_000 });
  expect(await verdict(token)).toBe("unauthenticated expired");
  jest.useRealTimers();
});

/** The log lines of these tokens, in this order. */
async function logged(tokens: TokenVerifier, raws: readonly string[]) {
  const lines: string[] = [];
  for (const raw of raws) {
    const trace = new Trace({ requestId: "1", route: "GET /orders", service: "orders" }, (line) => lines.push(line));
    await tokens.verify(raw, trace);
    trace.finish({ decision: "allowed", googleAuthorization: "" });
  }
  return lines.map((line) => JSON.parse(line));
}

/** Whether each of these tokens, in this order, was remembered. */
async function remembered(tokens: TokenVerifier, raws: readonly string[]): Promise<readonly unknown[]> {
  return (await logged(tokens, raws)).map(({ cacheHits }) => cacheHits.token);
}

test("the log line of a remembered token has the time of its checks, under the same name as that of a new one", async () => {
  const raw = await aws.token({ aud: "shop-dev" });
  const tokens = new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), documents(oidcDocuments(aws)).call);
  const lines = await logged(tokens, [raw, raw]);
  expect(lines.map(({ cacheHits }) => cacheHits.token)).toEqual([false, true]);
  for (const { milliseconds } of lines) expect(milliseconds).toMatchObject({ verify: expect.any(Number) });
});

test("remembers 500 tokens, and forgets the oldest one first", async () => {
  const web = documents(oidcDocuments(aws));
  const tokens = new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), web.call);
  const raws = await Promise.all(
    Array.from({ length: 501 }, (_, index) => aws.token({ aud: "shop-dev", jti: `${index}` })),
  );
  expect(new Set(await remembered(tokens, raws))).toEqual(new Set([false]));
  expect(await remembered(tokens, [raws[1], raws[500], raws[0], raws[1]] as string[])).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("the two forms of an ES256 signature are verified and remembered separately", async () => {
  const web = documents(oidcDocuments(aws));
  const tokens = new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), web.call);
  const token = await aws.token({ aud: "shop-dev" });
  const twin = twinOf(token).token;
  expect(await remembered(tokens, [token, twin, twin, token])).toEqual([false, false, true, true]);
});

test("a remembered token is verified again if its issuer has a different key with that kid", async () => {
  const [old, other] = [await TestIssuer.create(COGNITO_URL), await TestIssuer.create(COGNITO_URL)];
  const state = { now: cognitoDocuments(old) };
  const tokens = new TokenVerifier(trustedIssuers(POLICY, ENVIRONMENT), (request, limits) =>
    documents(state.now).call(request, limits),
  );
  const token = await old.token({});
  expect(await remembered(tokens, [token, token])).toEqual([false, true]);
  jest.useFakeTimers({ now: Date.now() + 301_000 });
  // The same key, fetched again.
  expect(await remembered(tokens, [token])).toEqual([true]);
  state.now = cognitoDocuments(other);
  jest.setSystemTime(Date.now() + 301_000);
  expect(await refusalOf(() => tokens.verify(token, silentTrace()))).toBe("unauthenticated signature");
  jest.useRealTimers();
});

test("a token seen before still needs the audience of this issuer", async () => {
  const web = documents(oidcDocuments(okta));
  const token = await okta.token({ aud: "api://shop" });
  const issuers = trustedIssuers(POLICY, ENVIRONMENT);
  const tokens = new TokenVerifier(issuers, web.call);
  await tokens.verify(token, silentTrace());
  Object.assign(issuers.get(OKTA_URL)?.[0] as TrustedIssuer, { audiences: ["another"] });
  expect(await refusalOf(() => tokens.verify(token, silentTrace()))).toBe("unauthenticated audience");
});
