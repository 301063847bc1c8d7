import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { withSpareBit } from "../../support/authorizer/respelled";
import fc from "../../support/properties";
import { testAll } from "../../support/test-all";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { type SigningPair, signingPair } from "./support/forged-issuer";

/** One token of each reason, at the built function. All forms of each: `unit/functions/authorizer/token/`. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let curve: SigningPair;
  let unpublished: SigningPair;
  beforeAll(async () => {
    arena = await Arena.open(kind);
    [curve, unpublished] = await Promise.all([signingPair("customers-2", "ES256"), signingPair("customers-1")]);
    arena.customers.published = [arena.customers.pair.jwk, curve.jwk];
  }, 60_000);
  afterAll(() => arena?.close());

  const withClaims = (claims: object) => arena.web(undefined, { ...claims });
  const withHeader = (header: Record<string, unknown>, pair?: SigningPair) =>
    arena.customers.token(arena.webClaims(), { header, pair });
  const curveToken = () => arena.customers.token(arena.webClaims(), { pair: curve });
  const seconds = (later: number) => arena.customers.now() + later;

  /** Signed with the published key as if it were a shared secret. */
  function mac(alg: string): string {
    const { url, pair } = arena.customers;
    const key = createPublicKey({ key: pair.jwk as JsonWebKey, format: "jwk" }).export({ type: "spki", format: "pem" });
    const payload = { iss: url, exp: seconds(3600), ...arena.webClaims() };
    const signature = (input: Buffer) => createHmac("sha256", key).update(input).digest();
    return arena.customers.compact({ alg, kid: pair.jwk.kid }, payload, signature);
  }

  type Case = readonly [what: string, token: () => string, reason: string];

  /** Refused by the token's own text. */
  const CHEAP: readonly Case[] = [
    ["alg none", () => withHeader({ alg: "none" }), "token-algorithm"],
    ["HS256 with the public key as secret", () => mac("HS256"), "token-algorithm"],
    ["a signature in another spelling", () => withSpareBit(arena.web()), "token-shape"],
    ["a critical extension", () => withHeader({ crit: ["b64"], b64: false }), "token-shape"],
    ["an issuer with a slash", () => withClaims({ iss: `${arena.customers.url}/` }), "issuer-unknown"],
    ["9 kB", () => withClaims({ padding: "x".repeat(6000) }), "token-size"],
  ];
  /** Refused with the issuer's keys. */
  const KEYED: readonly Case[] = [
    ["another key under a known kid", () => withHeader({}, unpublished), "signature"],
    ["a key of its own in the header", () => withHeader({ jwk: unpublished.jwk }, unpublished), "signature"],
    ["RS256 that is an HMAC with the public key", () => mac("RS256"), "signature"],
    ["ES256 under the kid of an RSA key", () => withHeader({ kid: "customers-1" }, curve), "key-unknown"],
    ["another issuer's key", () => withHeader({}, arena.workforce.pair), "key-unknown"],
    ["a kid that every object has", () => withHeader({ kid: "__proto__" }), "key-unknown"],
    ["a past end", () => withClaims({ exp: seconds(-60) }), "expired"],
    ["no end", () => withClaims({ exp: undefined }), "token-claims"],
    ["a start in the future", () => withClaims({ nbf: seconds(60) }), "not-yet-valid"],
    ["another client", () => withClaims({ client_id: "another" }), "client-unknown"],
    ["the use of an ID token", () => withClaims({ token_use: "id" }), "token-use"],
    ["a subject that would write a header", () => withClaims({ sub: "a\r\nX-Caller-Scopes: x" }), "subject-shape"],
    ["another audience", () => arena.workforce.token({ ...arena.employeeClaims(), aud: "another" }), "audience"],
  ];

  async function refused(headers: readonly string[], reason: string): Promise<readonly string[]> {
    arena.internet.take();
    const { status, body } = await arena.send("/orders", { headers });
    expect({ status, body }).toEqual(arena.api.unauthenticated);
    expect(await arena.callers.lines()).toMatchObject([{ decision: "unauthenticated", reason }]);
    return arena.internet.take();
  }
  const bearer = (token: string) => ["Authorization", `Bearer ${token}`];

  testAll(CHEAP)("a cold function refuses a token with %s, without an outbound call", async (_, token, reason) => {
    expect(await refused(bearer(token()), reason)).toEqual([]);
  });

  testAll(KEYED)("a token with %s is refused, with calls to issuers alone", async (_, token, reason) => {
    const hosts = await refused(bearer(token()), reason);
    expect(hosts.filter((host) => !arena.hosts.issuers.includes(host))).toEqual([]);
  });

  test("two Authorization headers are refused, even if both are valid", async () => {
    // An HTTP API joins them, a REST API keeps them separate.
    const reason = kind === "rest" ? "authorization-count" : "token-shape";
    expect(await refused([...bearer(arena.web()), ...bearer(arena.web())], reason)).toEqual([]);
  });

  testAll([
    ["lists in lists", `${"[".repeat(2700)}1${"]".repeat(2700)}`],
    ["a number of 5,600 digits", "9".repeat(5600)],
    ["escapes", `"${"\\u0000".repeat(900)}"`],
  ])("JSON that costs more to read than to send is refused without an outbound call: %s", async (_, bomb) => {
    const header = { alg: "RS256", kid: "customers-1" };
    const payload = `{"iss":"${arena.customers.url}","exp":${bomb}}`;
    const token = arena.customers.compact(header, payload, () => Buffer.alloc(256));
    expect(await refused(bearer(token), "token-claims")).toEqual([]);
  });

  test("any other value of the header is refused without an outbound call", async () => {
    await arena.callers.lines();
    arena.internet.take();
    const part = fc.jsonValue().map((each) => Buffer.from(JSON.stringify(each)).toString("base64url"));
    const token = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `Bearer ${parts.join(".")}`);
    const value = fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), token);
    await fc.assert(
      fc.asyncProperty(value, async (authorization) => {
        const result = await arena.callers.ask(arena.api.authorizationEvent(authorization));
        expect(arena.api.isRefused(result)).toBe(true);
      }),
      { numRuns: 200, endOnFailure: true },
    );
    expect(await arena.callers.lines()).toHaveLength(200);
    expect(arena.internet.take()).toEqual([]);
  });

  test("the same process accepts the valid tokens from which these differ", async () => {
    for (const token of [arena.web(), curveToken()]) expect((await arena.send("/orders", { token })).status).toBe(200);
    expect(arena.callers.processes).toHaveLength(1);
    await arena.callers.lines();
  });

  test("a caller has only the scopes that config grants, whatever its issuer writes into its token", async () => {
    const all = ["orders/read", "orders/write", "orders/export", "orders/support", "catalog/write"];
    const claims = { scope: all.join(" "), scp: all, scopes: all };
    const routes = ["GET /orders", "POST /orders", "GET /orders/export", "DELETE /orders/7", "PUT /products/7"];
    const opened = async (token: string) => {
      const found: string[] = [];
      for (const route of routes) {
        const [method, path = ""] = route.split(" ");
        if ((await arena.send(path, { method, token })).status === 200) found.push(route);
      }
      return found;
    };
    expect(await opened(withClaims(claims))).toEqual(["GET /orders", "POST /orders"]);
    expect(await opened(arena.aws.token({ ...arena.nightlyClaims(), ...claims }))).toEqual([
      "GET /orders",
      "GET /orders/export",
    ]);
    expect(await opened(arena.workforce.token({ ...arena.employeeClaims(), ...claims }))).toEqual([
      "GET /orders",
      "DELETE /orders/7",
      "PUT /products/7",
    ]);
    expect(await opened(arena.aws.token({ ...arena.nightlyClaims(), sub: "another", ...claims }))).toEqual([]);
  });

  test("no issuer signs another's token, neither with its own key id nor with the other's", async () => {
    const owned = [
      [arena.customers, arena.webClaims()],
      [arena.workforce, arena.employeeClaims(["orders/read"])],
      [arena.aws, arena.nightlyClaims()],
    ] as const;
    for (const [owner, claims] of owned) {
      for (const [signer] of owned) {
        for (const { kid } of [signer.pair.jwk, owner.pair.jwk]) {
          const token = signer.token({ ...claims, iss: owner.url }, { header: { kid } });
          const isOwn = signer === owner;
          const { status } = await arena.send("/orders", { token });
          expect([owner.url, signer.url, kid, status]).toEqual([
            owner.url,
            signer.url,
            kid,
            isOwn ? 200 : arena.api.unauthenticated.status,
          ]);
        }
      }
    }
  });
});
