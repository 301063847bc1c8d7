import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { withSpareBit } from "../../support/authorizer/respelled";
import { testAll } from "../../support/test-all";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { type SigningPair, signingPair } from "./support/forged-issuer";

/** Tokens that look like real ones. Each gets the same 403, and no cloud is called. */
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

  test("the valid token from which all others differ passes", async () => {
    expect((await arena.send("/orders", { token: arena.web() })).status).toBe(200);
    expect((await arena.send("/orders", { token: curveToken() })).status).toBe(200);
    await arena.callers.lines();
  });

  const curveToken = () => arena.customers.token(arena.webClaims(), { pair: curve });
  const now = () => arena.customers.now();
  const keyText = (type: "spki" | "pkcs1") =>
    createPublicKey({ key: arena.customers.pair.jwk as JsonWebKey, format: "jwk" }).export({ type, format: "pem" });

  function mac(alg: string, secret: string | Buffer): string {
    const { url, pair } = arena.customers;
    const header = { alg, kid: pair.jwk.kid, typ: "JWT" };
    const payload = { iss: url, iat: now(), exp: now() + 3600, ...arena.webClaims() };
    return arena.customers.compact(header, payload, (input) => createHmac("sha256", secret).update(input).digest());
  }

  function resigned(change: (parts: [string, string, string]) => readonly string[]): string {
    const token = change(arena.web().split(".") as [string, string, string]).join(".");
    arena.secrets.addToken(token);
    return token;
  }

  const withHeader = (header: Record<string, unknown>, pair?: SigningPair) =>
    arena.customers.token(arena.webClaims(), { header, pair });
  const withClaims = (claims: Record<string, unknown>) => arena.web(undefined, claims);

  /** Refused by the token's own header and claims. */
  const CHEAP: readonly [string, () => string, string][] = [
    ["alg none, no signature", () => resigned(([, payload]) => [part({ alg: "none" }), payload, ""]), "token-shape"],
    ["alg none, a signature", () => withHeader({ alg: "none" }), "token-algorithm"],
    ["alg nOnE", () => withHeader({ alg: "nOnE" }), "token-algorithm"],
    ["no alg", () => withHeader({ alg: undefined }), "token-algorithm"],
    ["HS256 with the public key as secret", () => mac("HS256", keyText("spki")), "token-algorithm"],
    ["HS256 with the public key in its older form", () => mac("HS256", keyText("pkcs1")), "token-algorithm"],
    ["HS256 with the key's modulus", () => mac("HS256", String(arena.customers.pair.jwk.n)), "token-algorithm"],
    ["PS256", () => withHeader({ alg: "PS256" }), "token-algorithm"],
    ["a signature in another spelling", () => withSpareBit(arena.web()), "token-shape"],
    ["a curve's signature in another spelling", () => withSpareBit(curveToken()), "token-shape"],
    ["no kid", () => withHeader({ kid: undefined }), "token-shape"],
    ["a kid that is a list", () => withHeader({ kid: ["customers-1"] }), "token-shape"],
    ["a critical extension", () => withHeader({ crit: ["b64"], b64: false }), "token-shape"],
    ["no issuer", () => withClaims({ iss: undefined }), "issuer-unknown"],
    ["another issuer", () => withClaims({ iss: "https://evil.example" }), "issuer-unknown"],
    ["the issuer with a slash", () => withClaims({ iss: `${arena.customers.url}/` }), "issuer-unknown"],
    ["the issuer in capitals", () => withClaims({ iss: arena.customers.url.toUpperCase() }), "issuer-unknown"],
    [
      "the issuer with a capital in its host",
      () => withClaims({ iss: arena.customers.url.replace("c", "C") }),
      "issuer-unknown",
    ],
    ["the issuer over http", () => withClaims({ iss: arena.customers.url.replace("https", "http") }), "issuer-unknown"],
    [
      "the issuer with its port",
      () => withClaims({ iss: arena.customers.url.replace(".com", ".com:443") }),
      "issuer-unknown",
    ],
    ["two issuers", () => withClaims({ iss: [arena.customers.url] }), "issuer-unknown"],
    ["9 kB", () => withClaims({ padding: "x".repeat(6000) }), "token-size"],
  ];

  /** Refused after the issuer's keys were fetched. */
  const KEYED: readonly [string, () => string, string][] = [
    ["signed by another key under a known kid", () => withHeader({}, unpublished), "signature"],
    [
      "with the signature of another token",
      () => resigned(([head, body]) => [head, body, arena.web(["x"]).split(".")[2] ?? ""]),
      "signature",
    ],
    [
      "with other claims under the same signature",
      () =>
        resigned(([head, , signature]) => [
          head,
          part({ ...arena.webClaims(), iss: arena.customers.url, exp: now() + 3600 }),
          signature,
        ]),
      "signature",
    ],
    [
      "with half its signature",
      () => resigned(([head, body, signature]) => [head, body, signature.slice(0, 100)]),
      "signature",
    ],
    ["RS256 that is an HMAC with the public key", () => mac("RS256", keyText("spki")), "signature"],
    ["with a key of its own in the header", () => withHeader({ jwk: unpublished.jwk }, unpublished), "signature"],
    [
      "with addresses of keys in the header",
      () => withHeader({ jku: "https://evil.example/keys", x5u: "https://evil.example/x5u" }, unpublished),
      "signature",
    ],
    [
      "ES256 with a signature of zeros",
      () =>
        arena.customers.compact(
          { alg: "ES256", kid: "customers-2" },
          { iss: arena.customers.url, exp: now() + 3600, ...arena.webClaims() },
          () => Buffer.alloc(64),
        ),
      "signature",
    ],
    ["ES256 under the kid of an RSA key", () => withHeader({ kid: "customers-1" }, curve), "key-unknown"],
    ["RS256 under the kid of a curve's key", () => withHeader({ kid: "customers-2" }), "key-unknown"],
    ["under an unknown kid", () => withHeader({ kid: "customers-3" }), "key-unknown"],
    ["under a kid that is a path", () => withHeader({ kid: "../../../../dev/null" }), "key-unknown"],
    ["under a kid that every object has", () => withHeader({ kid: "__proto__" }), "key-unknown"],
    ["of another issuer's key", () => withHeader({}, arena.workforce.pair), "key-unknown"],
    ["expired", () => withClaims({ exp: now() - 60 }), "expired"],
    ["that never expires", () => withClaims({ exp: undefined }), "token-claims"],
    ["that expires in words", () => withClaims({ exp: "2100-01-01" }), "token-claims"],
    ["not yet valid", () => withClaims({ nbf: now() + 60 }), "not-yet-valid"],
    ["issued in the future", () => withClaims({ iat: now() + 60 }), "not-yet-valid"],
    ["of another client", () => withClaims({ client_id: "another" }), "client-unknown"],
    ["of no client", () => withClaims({ client_id: undefined }), "subject-shape"],
    [
      "that is an ID token",
      () => withClaims({ token_use: "id", aud: arena.callers.variables.CLIENT_WEB, client_id: undefined }),
      "token-use",
    ],
    ["for no stated use", () => withClaims({ token_use: undefined }), "token-use"],
    [
      "whose subject would write a header",
      () => withClaims({ sub: `${"a".repeat(9)}\r\nX-Caller-Scopes: x` }),
      "subject-shape",
    ],
    [
      "for another audience",
      () => arena.workforce.token({ ...arena.employeeClaims(), aud: "api://storefront-prod" }),
      "audience",
    ],
    [
      "for the audience in other case",
      () => arena.workforce.token({ ...arena.employeeClaims(), aud: "API://storefront-dev" }),
      "audience",
    ],
    [
      "that is Okta's ID token",
      () => arena.workforce.token({ ...arena.employeeClaims(), aud: "0oa1example", scp: undefined }),
      "audience",
    ],
    [
      "of another client of Okta's",
      () => arena.workforce.token({ ...arena.employeeClaims(), cid: "0oa2" }),
      "client-unknown",
    ],
  ];

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  async function refused(token: string, reason: string): Promise<readonly string[]> {
    arena.internet.take();
    const { status, body } = await arena.send("/orders", { token });
    expect({ status, body }).toEqual(arena.api.unauthenticated);
    expect(await arena.callers.lines()).toMatchObject([{ decision: "unauthenticated", reason, route: "GET /orders" }]);
    return arena.internet.take();
  }

  describe("a cold function refuses a token without any outbound call", () => {
    beforeAll(() => arena.callers.coldStart());

    testAll(CHEAP)("with %s", async (_, token, reason) => {
      expect(await refused(token(), reason)).toEqual([]);
    });
  });

  describe("the function refuses a token after fetching the issuer's keys, without any other call", () => {
    beforeAll(async () => {
      await arena.reset();
      arena.customers.published = [arena.customers.pair.jwk, curve.jwk];
    });

    testAll(KEYED)("%s", async (_, token, reason) => {
      const hosts = await refused(token(), reason);
      expect(hosts.filter((host) => !arena.hosts.issuers.includes(host))).toEqual([]);
    });

    test("one process refused all these tokens, and still accepts the valid one", async () => {
      const before = arena.callers.processes;
      expect((await arena.send("/orders", { token: arena.web() })).status).toBe(200);
      // One fetch for the valid token at the start, and one after each cold start.
      expect([before.length, arena.callers.processes.length]).toEqual([3, 3]);
    });
  });
});
