import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { decideJwt, type JwtQuestion } from "../../../../../packages/local-front-door/gateway/http/jwt-authorizers";
import { testAll } from "../../../../support/test-all";

const ISSUER = "https://issuer.example/pool";
const NOW = 1_800_000_000;
const CLAIMS = {
  iss: ISSUER,
  sub: "ann",
  client_id: "web",
  exp: NOW + 60,
  iat: NOW,
  scope: "orders/read orders/write",
};

type Private = Parameters<SignJWT["sign"]>[0];
let rsa: Private;
let others: Private;
let curve: Private;
let keys: { keys: object[] };
beforeAll(async () => {
  const [mine, theirs, elliptic] = await Promise.all([
    generateKeyPair("RS256", { extractable: true }),
    generateKeyPair("RS256"),
    generateKeyPair("ES256"),
  ]);
  [rsa, others, curve] = [mine.privateKey, theirs.privateKey, elliptic.privateKey];
  keys = {
    keys: [
      { ...(await exportJWK(mine.publicKey)), kid: "mine" },
      { ...(await exportJWK(elliptic.publicKey)), kid: "curve" },
      { kty: "oct", kid: "secret", k: Buffer.alloc(32, 7).toString("base64url") },
    ],
  };
});

/** A token with these claims in addition to or instead of the valid ones; undefined removes a claim. */
async function token(claims: object = {}, header: object = {}, key: Private = rsa): Promise<string> {
  const all = { ...CLAIMS, ...claims } as JWTPayload;
  return new SignJWT(all).setProtectedHeader({ alg: "RS256", kid: "mine", ...header }).sign(key);
}

async function decide(authorization: string | undefined, question: Partial<JwtQuestion> = {}) {
  return decideJwt({
    authorizer: { issuer: ISSUER, audiences: ["web", "api://shop"] },
    scopes: ["orders/read"],
    authorization,
    keys: () => keys as Awaited<ReturnType<JwtQuestion["keys"]>>,
    now: NOW * 1000,
    ...question,
  });
}

/** `200`, or status and reason, followed by the ids of undocumented choices. */
async function outcome(...parts: Parameters<typeof decide>): Promise<string> {
  const decision = await decide(...parts);
  const said = "reason" in decision ? `${decision.status} ${decision.reason}` : String(decision.status);
  return [said, ...decision.undocumented].join("; ");
}

describe("the identity source contains only the token, or Bearer and the token", () => {
  testAll<[string, (jwt: string) => string | undefined, string]>([
    ["the token alone", (jwt) => jwt, "200"],
    ["after Bearer", (jwt) => `Bearer ${jwt}`, "200"],
    ["after bearer", (jwt) => `bearer ${jwt}`, "200; jwt-scheme"],
    ["after two spaces", (jwt) => `Bearer  ${jwt}`, "401 the token is not a JWT"],
    ["after Basic", (jwt) => `Basic ${jwt}`, "401 the token is not a JWT"],
    ["two of them", (jwt) => `Bearer ${jwt},Bearer ${jwt}`, "401 the token is not a JWT"],
    ["nothing", () => undefined, "401 there is no token"],
    ["an empty text", () => "", "401 there is no token"],
    ["something else", () => "Bearer x.y.z", "401 the token is not a JWT"],
    [
      "a token without signature",
      (jwt) => jwt.slice(0, jwt.lastIndexOf(".") + 1),
      "401 the signature is not the issuer's",
    ],
  ])("%s", async (_, write, expected) => {
    expect(await outcome(write(await token()))).toBe(expected);
  });
});

describe("algorithm and signature, with the keys of the issuer's jwks_uri; only RSA", () => {
  testAll(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])("%s", async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const own = { keys: [{ ...(await exportJWK(publicKey)), kid: "mine" }] };
    const jwt = await token({}, { alg }, privateKey);
    expect(await outcome(jwt, { keys: () => own as Awaited<ReturnType<JwtQuestion["keys"]>> })).toBe("200");
  });

  test("ES256, HS256 with a published key, and none are refused, whatever the signature", async () => {
    const unsigned = `${Buffer.from('{"alg":"none","kid":"mine"}').toString("base64url")}.${(await token()).split(".")[1]}.`;
    const secret = Buffer.alloc(32, 7);
    const refused = "401 the token is not signed by an RSA-based algorithm";
    expect(await outcome(await token({}, { alg: "ES256", kid: "curve" }, curve))).toBe(refused);
    expect(await outcome(await token({}, { alg: "HS256", kid: "secret" }, secret))).toBe(refused);
    expect(await outcome(unsigned)).toBe(refused);
  });

  test("a changed token and a token signed with another key are refused", async () => {
    const [header, , signature] = (await token()).split(".");
    const [, payload] = (await token({ scope: "admin" })).split(".");
    expect(await outcome(`${header}.${payload}.${signature}`)).toBe("401 the signature is not the issuer's");
    expect(await outcome(await token({}, {}, others))).toBe("401 the signature is not the issuer's");
  });

  test("critical extensions are refused", async () => {
    const [, payload, signature] = (await token()).split(".");
    const header = Buffer.from('{"alg":"RS256","kid":"mine","crit":["x"],"x":1}').toString("base64url");
    expect(await outcome(`${header}.${payload}.${signature}`)).toBe("401 the token has critical extensions; jwt-crit");
  });

  test("unavailable or invalid keys lead to a refusal", async () => {
    const none = () => Promise.reject(new Error("down"));
    expect(await outcome(await token(), { keys: none })).toBe("401 the keys of the issuer cannot be fetched");
    const garbage = () => ({ keys: "all" }) as unknown as Awaited<ReturnType<JwtQuestion["keys"]>>;
    expect(await outcome(await token(), { keys: garbage })).toBe("401 the signature is not the issuer's");
  });
});

const NO_SCOPE = "403 the token has none of the scopes orders/read; jwt-scope-status";

testAll<[string, object, object, string]>([
  ["kid: is required", {}, { kid: undefined }, "401 the token names no key"],
  ["kid: must be one of the issuer's", {}, { kid: "x" }, "401 no key of the issuer has the token's kid"],
  ["iss: must be the issuer's", { iss: "https://issuer.example" }, {}, "401 the token was issued by another issuer"],
  ["iss: a trailing slash counts", { iss: `${ISSUER}/` }, {}, "401 the token was issued by another issuer"],
  ["iss: is required", { iss: undefined }, {}, "401 the token was issued by another issuer"],
  ["client_id: counts without aud", {}, {}, "200"],
  ["client_id: must be an audience", { client_id: "x" }, {}, "401 the token does not have a valid audience"],
  ["aud: one of the audiences", { aud: "api://shop", client_id: "x" }, {}, "200"],
  ["aud: a list that contains one", { aud: ["other", "api://shop"] }, {}, "200"],
  ["aud: has precedence over client_id", { aud: "other" }, {}, "401 the token does not have a valid audience"],
  ["aud: an empty list counts as present", { aud: [] }, {}, "401 the token does not have a valid audience"],
  ["aud, client_id: neither", { client_id: undefined }, {}, "401 the token does not have a valid audience"],
  ["aud: part of an audience", { aud: "we" }, {}, "401 the token does not have a valid audience"],
  ["exp: must be after now", { exp: NOW }, {}, "401 the token has expired"],
  ["exp: no second of leeway", { exp: NOW - 1 }, {}, "401 the token has expired"],
  ["exp: must be a number", { exp: String(NOW + 60) }, {}, "401 the token has expired"],
  ["exp: may be missing", { exp: undefined }, {}, "200; jwt-missing-times"],
  ["nbf: must be before now", { nbf: NOW + 1 }, {}, "401 the token is not valid yet"],
  ["nbf: now is enough", { nbf: NOW }, {}, "200"],
  ["iat: must be before now", { iat: NOW + 1 }, {}, "401 the token was issued in the future"],
  ["iat: may be missing", { iat: undefined }, {}, "200"],
  ["scope: one of the route's", { scope: "a orders/read b" }, {}, "200"],
  ["scope: none of the route's", { scope: "orders/reads" }, {}, NO_SCOPE],
  ["scope: case-sensitive", { scope: "Orders/Read" }, {}, NO_SCOPE],
  ["scope: missing", { scope: undefined }, {}, NO_SCOPE],
  ["scope: a list", { scope: ["orders/read"] }, {}, "200; jwt-scope-forms"],
  ["scp: a list", { scope: undefined, scp: ["orders/read"] }, {}, "200; jwt-scope-forms"],
  ["scp: a text", { scope: undefined, scp: "a orders/read" }, {}, "200; jwt-scope-forms"],
  ["scp: in addition to scope", { scope: "a", scp: ["orders/read"] }, {}, "200; jwt-scope-forms"],
])("%s", async (_, claims, header, expected) => {
  expect(await outcome(await token(claims, header))).toBe(expected);
});

test("a route without scopes requires none; one of several is enough", async () => {
  expect(await outcome(await token({ scope: undefined }), { scopes: [] })).toBe("200");
  expect(await outcome(await token({ scope: "b" }), { scopes: ["a", "b"] })).toBe("200");
});

test("claims are checked in the documented order", async () => {
  const wrong = { iss: "x", aud: "x", exp: 1, nbf: NOW + 9, iat: NOW + 9, scope: "x" };
  const right = { iss: ISSUER, aud: "web", exp: NOW + 60, nbf: NOW, iat: NOW, scope: "orders/read" };
  const names = Object.keys(wrong) as (keyof typeof wrong)[];
  const reasons: string[] = [];
  for (const [index] of names.entries()) {
    const fixed = Object.fromEntries(names.slice(0, index).map((name) => [name, right[name]]));
    reasons.push((await outcome(await token({ ...wrong, ...fixed }))).replace(/;.*/, ""));
  }
  expect(reasons).toEqual([
    "401 the token was issued by another issuer",
    "401 the token does not have a valid audience",
    "401 the token has expired",
    "401 the token is not valid yet",
    "401 the token was issued in the future",
    "403 the token has none of the scopes orders/read",
  ]);
});

test("a refusal has the challenge of the guide, and names the attribute at fault", async () => {
  expect(await decide(undefined)).toMatchObject({ by: "identity_sources", challenge: "Bearer" });
  expect(await decide(await token({ aud: "x" }), { scopes: [] })).toMatchObject({
    by: "jwt_configuration.audience",
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
    challenge: 'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
  });
  expect(await decide(await token({ scope: "x" }))).toMatchObject({
    by: "authorization_scopes",
    challenge: expect.stringMatching(/^Bearer scope="orders\/read" error="insufficient_scope"/),
  });
});

test("keys are not fetched if nothing can be decoded", async () => {
  const keysAsked = jest.fn();
  await decide("Bearer x.y.z", { keys: keysAsked });
  await decide(await token({}, { alg: "ES256" }, curve), { keys: keysAsked });
  expect(keysAsked).not.toHaveBeenCalled();
});
