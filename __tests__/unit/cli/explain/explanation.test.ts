import { generateKeyPairSync } from "node:crypto";
import { explanationText, issuerReport } from "../../../../cli/explain/explain";
import { explanationOf, needsOutputs, type Signature } from "../../../../cli/explain/explanation";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import type { HttpsCall } from "../../../../functions/authorizer/request/https-call";
import { ENVIRONMENT, OKTA_URL, POLICY } from "../../../support/authorizer/policy";
import { testAll } from "../../../support/test-all";

const NOW = 1_900_000_000;
const OKTA = {
  iss: OKTA_URL,
  aud: "api://shop",
  sub: "ann",
  cid: "0oa1example",
  scp: ["orders/read"],
  iat: NOW,
  exp: NOW + 600,
};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const SECRET = "c2VjcmV0LXNpZ25hdHVyZQ";
const tokenOf = (claims: object, header: object = {}) =>
  `${part({ alg: "RS256", kid: "k", ...header })}.${part(claims)}.${SECRET}`;
const explained = (
  claims: object,
  {
    header = {},
    signature = "valid" as Signature,
    policy = POLICY as AuthorizerPolicy,
    disabled = [] as string[],
  } = {},
) =>
  explanationOf(tokenOf(claims, header), {
    policy,
    variables: ENVIRONMENT,
    disabled: new Set(disabled),
    now: NOW,
    signatureOf: async () => signature,
  });

test("an accepted token: its caller, its scopes, those that count for nothing, and its routes", async () => {
  const found = await explained({ ...OKTA, scp: ["orders/support", "openid"] });
  expect(found.caller).toMatchObject({ client: "workforce/0oa1example", subject: "ann", scopes: ["orders/support"] });
  expect(found.ignored).toEqual([{ value: "openid", why: "not-granted" }]);
  expect(found.routes).toEqual(expect.arrayContaining([expect.stringMatching(/^[A-Z]+ \//)]));
  expect(found.refusal).toBeUndefined();
});

const hint = (kind: string, more: object = {}) => ({ kind, issuer: "workforce", ...more });
const SLASHED = `${OKTA_URL}/`;

testAll<[string, object, object, string, ...object[]]>([
  ["another algorithm", {}, { header: { alg: "HS256" } }, "token-algorithm", { kind: "algorithm" }],
  ["the issuer with a slash", { iss: SLASHED }, {}, "issuer-unknown", hint("issuer-spelling", { url: SLASHED })],
  ["another issuer", { iss: "https://else.example.com" }, {}, "issuer-unknown", { kind: "issuers" }],
  ["another audience", { aud: ["else"] }, {}, "audience", hint("audience", { found: ["else"] })],
  ["an unknown key", {}, { signature: "unknown-key" }, "key-unknown"],
  ["a false signature", {}, { signature: "invalid" }, "signature"],
  ["an expired token", { exp: NOW - 60 }, {}, "expired", { kind: "clock", seconds: 60 }],
  ["a token of the future", { iat: NOW + 60 }, {}, "not-yet-valid", { kind: "clock", seconds: -60 }],
  ["another client", { cid: "0oa9" }, {}, "client-unknown", hint("client", { client: "0oa9" })],
  [
    "the client in another claim",
    { cid: undefined, azp: "0oa1example" },
    {},
    "subject-shape",
    hint("claim", { key: "clientClaim", claim: "azp" }),
  ],
])("%s is refused with its reason and what to change", async (_, claims, options, refusal, ...hints) => {
  const found = await explained({ ...OKTA, ...claims }, options);
  expect([found.refusal, found.caller]).toEqual([refusal, undefined]);
  expect(found.hints).toMatchObject(hints);
});

test("scopes in another claim than config says are a hint, and open nothing", async () => {
  const found = await explained({
    ...OKTA,
    scp: undefined,
    scope: "orders/read",
    realm_access: { roles: ["orders/read"] },
  });
  expect([found.caller?.scopes, found.routes]).toEqual([[], []]);
  expect(found.hints).toEqual([
    { kind: "claim", issuer: "workforce", key: "scopeClaim", claim: "scope" },
    { kind: "claim", issuer: "workforce", key: "scopeClaim", claim: "realm_access.roles" },
  ]);
});

const withWorkforce = (changes: object) =>
  ({
    ...POLICY,
    issuers: POLICY.issuers.map((each) => (each.id === "workforce" ? { ...each, ...changes } : each)),
  }) as AuthorizerPolicy;

const AGENT = { id: "desk-agent", client: "0oaAgent", scopes: ["orders/read"], kind: "agent" };
const WITH_AGENT = withWorkforce({ clients: ["0oa1example", AGENT] });

test("a token by which an agent acts: who acts, and why the person's other scopes do not count", async () => {
  const token = { ...OKTA, scp: ["orders/read", "orders/support", "openid"], act: { sub: "0oaAgent" } };
  const found = await explained(token, { policy: WITH_AGENT });
  expect(found.caller).toMatchObject({
    client: "workforce/0oa1example",
    actor: "workforce/desk-agent",
    scopes: ["orders/read"],
  });
  expect(found.ignored).toEqual([
    { value: "orders/support", why: "not-actors" },
    { value: "openid", why: "not-granted" },
  ]);
  expect(explanationText(found, NOW)).toEqual(
    expect.arrayContaining([
      "caller: workforce/0oa1example",
      "acting for the subject: workforce/desk-agent (an agent)",
      "ignored: orders/support (config does not grant it to the party that acts)",
    ]),
  );
});

test("a token of a disabled client, or by which one acts, is refused with the key that disables it", async () => {
  const act = { sub: "0oaAgent" };
  for (const client of ["workforce/0oa1example", "workforce/desk-agent"]) {
    const found = await explained({ ...OKTA, act }, { policy: WITH_AGENT, disabled: [client] });
    expect([found.refusal, found.caller, found.routes]).toEqual(["client-revoked", undefined, []]);
    expect(explanationText(found, NOW).at(-1)).toContain(`${client} has disabled: true in config`);
  }
});

testAll<[string, unknown, object, string]>([
  ["an undeclared party", { sub: "0oaOther" }, { actor: "0oaOther" }, "declare it as a client of workforce"],
  [
    "another issuer's party",
    { sub: "0oaAgent", iss: "https://else.example.com" },
    { actor: "0oaAgent", other: "https://else.example.com" },
    "only a client of workforce may act",
  ],
  ["no party", "0oaAgent", {}, "an object with the party's sub"],
])("an act of %s is refused, with a hint", async (_, act, hint, words) => {
  const found = await explained({ ...OKTA, act }, { policy: WITH_AGENT });
  expect([found.refusal, found.hints]).toEqual(["actor-unknown", [{ kind: "actor", issuer: "workforce", ...hint }]]);
  expect(explanationText(found, NOW).at(-1)).toContain(words);
});

test("a route of an MCP server is open only to a token for it", async () => {
  const mcp = { audience: "https://api.shop.example/mcp", origins: [] };
  const policy = {
    ...withWorkforce({ audiences: ["api://shop", mcp.audience] }),
    routes: { "POST /mcp": { service: "orders", access: { scopes: ["orders/read"] }, mcp } },
  };
  expect((await explained(OKTA, { policy })).routes).toEqual([]);
  expect((await explained({ ...OKTA, aud: ["api://shop", mcp.audience] }, { policy })).routes).toEqual(["POST /mcp"]);
});

test("a token that nothing in config fits has hints on its audience, its client and its scopes at once", async () => {
  const found = await explained({ ...OKTA, aud: "else", cid: "0oa9", scp: ["openid", "read:shipments"] });
  expect([found.refusal, found.hints]).toEqual([
    "audience",
    [
      { kind: "audience", issuer: "workforce", found: ["else"], expected: ["api://shop", "api://shop-old"] },
      { kind: "client", issuer: "workforce", client: "0oa9" },
      { kind: "scopes", issuer: "workforce", key: "scopes", values: ["read:shipments"] },
    ],
  ]);
  expect(explanationText(found, NOW).filter((line) => line.startsWith("    "))).toEqual([
    "    the token is for else: request it for api://shop or api://shop-old (issuers.workforce.audiences)",
    "    add 0oa9 to issuers.workforce.clients, or as clients.<id>.clientId",
    "    config grants nothing for read:shipments: add it to issuers.workforce.scopes and to a route, or map it to scopes of a route in issuers.workforce.scopeValues",
  ]);
});

test("a token whose scopes count for no client has a hint where config would grant them", async () => {
  const roles = { scopeClaim: ["scp", "roles"], scopeValues: { Reader: ["orders/support"] } };
  const mapped = await explained({ ...OKTA, scp: undefined, roles: ["Writer"] }, { policy: withWorkforce(roles) });
  expect(mapped.hints).toEqual([{ kind: "scopes", issuer: "workforce", key: "scopeValues", values: ["Writer"] }]);
  expect(explanationText(mapped, NOW)).toContain(
    "    config grants nothing for Writer: map it to scopes of a route in issuers.workforce.scopeValues",
  );
  // Scopes of a sign-in are no reason to change config, but another claim is.
  const permitted = await explained({ ...OKTA, scp: ["openid", "profile"], permissions: ["orders/read"] });
  expect(permitted.hints).toEqual([{ kind: "claim", issuer: "workforce", key: "scopeClaim", claim: "permissions" }]);
  const signedIn = await explained({ ...OKTA, scp: undefined, scope: "openid profile" });
  expect(signedIn.hints).toEqual([]);
  const one = await explained({ ...OKTA, scp: ["orders/support", "orders/else"] });
  expect(one.hints).toEqual([]);
});

test("a value without an entry of scopeValues is ignored for that", async () => {
  const scopeValues = { Reader: ["orders/support"], Guest: ["orders/none"] };
  const found = await explained(
    { ...OKTA, scp: ["Reader", "Guest", "orders/read"] },
    { policy: withWorkforce({ scopeValues }) },
  );
  expect(found.caller?.scopes).toEqual(["orders/support"]);
  expect(found.ignored).toEqual([
    { value: "Guest", why: "not-granted" },
    { value: "orders/read", why: "not-mapped" },
  ]);
});

const TENANT = "11111111-2222-3333-4444-555555555555";
const API = "6e74172b-be56-4843-9ff4-e66a39bb12e3";
const ENTRA = withWorkforce({
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  audiences: [API],
  clientClaim: "azp",
  scopeClaim: ["scp", "roles"],
});
const VERSION_1 = { ...OKTA, iss: `https://sts.windows.net/${TENANT}/`, cid: undefined, appid: "0oa1example" };

testAll<[string, object, string, object]>([
  [
    "of version 1.0",
    { ...VERSION_1, aud: `api://${API}` },
    "issuer-unknown",
    { kind: "entra-version", issuer: "workforce", found: [`api://${API}`] },
  ],
  [
    "for Microsoft Graph",
    { ...VERSION_1, aud: "https://graph.microsoft.com" },
    "issuer-unknown",
    { kind: "audience", issuer: "workforce", found: ["https://graph.microsoft.com"], expected: [API] },
  ],
  [
    "of another tenant",
    { ...VERSION_1, iss: "https://sts.windows.net/else/" },
    "issuer-unknown",
    { kind: "issuers", urls: expect.any(Array) },
  ],
])(
  "a token of Entra ID %s is refused with one hint, without a look at its signature",
  async (_, claims, refusal, hint) => {
    const found = await explained(claims, { policy: ENTRA });
    expect([found.refusal, found.signature, found.hints]).toEqual([refusal, "skipped", [hint]]);
  },
);

test("a program without a claim for scopes gets a hint", async () => {
  const own = { ...OKTA, cid: undefined, scp: undefined };
  const program = { ...own, iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, aud: API, azp: "0oa1example" };
  const found = await explained(program, { policy: ENTRA });
  expect(found.hints).toEqual([{ kind: "no-scopes", issuer: "workforce", claims: ["scp", "roles"], isEntra: true }]);
  const okta = await explained({ ...OKTA, scp: undefined });
  expect(okta.hints).toEqual([{ kind: "no-scopes", issuer: "workforce", claims: ["scp"], isEntra: false }]);
});

test("values in claims that config does not read for scopes are listed", async () => {
  const other = await explained({ ...OKTA, roles: ["Reader"] });
  expect(other.ignored).toEqual([{ value: "Reader", why: "not-read" }]);
  const partner = POLICY.issuers.find((each) => each.kind === "oidc" && each.grants === "subjects");
  if (partner?.kind !== "oidc" || partner.grants !== "subjects") throw new Error("no such issuer");
  const [sub] = partner.subjects.map(({ subject }) => subject);
  const found = await explained({ ...OKTA, iss: partner.issuer, aud: partner.audiences[0], sub, scp: ["a", "openid"] });
  expect([found.refusal, found.ignored]).toEqual([undefined, [{ value: "a", why: "not-read" }]]);
});

test("no output holds the token or its signature", async () => {
  for (const claims of [OKTA, { ...OKTA, cid: "0oa9" }, { ...OKTA, iss: "https://else.example.com" }]) {
    const lines = explanationText(await explained(claims), NOW).join("\n");
    expect(lines).not.toContain(SECRET);
    expect(lines).not.toContain(part(claims));
  }
});

test("only tokens of user pools need the outputs of a deploy", () => {
  expect(needsOutputs("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x", POLICY.issuers)).toBe(true);
  expect(needsOutputs(OKTA_URL, POLICY.issuers)).toBe(false);
  expect(needsOutputs("https://cognito-idp.eu-west-1.amazonaws.com/x", [])).toBe(false);
});

describe("--check-issuer", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "k1", use: "sig" };
  const web =
    (documents: Readonly<Record<string, object>>): HttpsCall =>
    async ({ url }) => {
      const body = documents[url];
      return { status: body === undefined ? 404 : 200, body: JSON.stringify(body ?? {}) };
    };
  const REALM = "https://sso.example.com/realms/shop";
  const at = { [`${REALM}/.well-known/openid-configuration`]: { issuer: REALM, jwks_uri: `${REALM}/certs` } };

  testAll<[string, Readonly<Record<string, object>>, boolean]>([
    ["an issuer with keys", { ...at, [`${REALM}/certs`]: { keys: [key, { ...key, kid: "enc", use: "enc" }] } }, true],
    ["no discovery document", {}, false],
    [
      "a document of another issuer",
      { [`${REALM}/.well-known/openid-configuration`]: { issuer: `${REALM}/`, jwks_uri: "x" } },
      false,
    ],
    ["no key set", at, false],
    ["no usable key", { ...at, [`${REALM}/certs`]: { keys: [{ ...key, use: "enc" }] } }, false],
  ])("%s", async (_, documents, isSound) => {
    const report = await issuerReport("sso", REALM, web(documents));
    expect(report.isSound).toBe(isSound);
    if (isSound) expect(report.line).toContain("ES256 k1");
  });
});
