import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { WEAK_KEYS } from "../../support/authorizer/weak-keys";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { CannedClouds } from "./support/canned-clouds";
import { type ForgedIssuer, type SigningPair, signingPair } from "./support/forged-issuer";
import { answering, type Interception } from "./support/internet";

/** Keys that are added, withdrawn, unusable or unavailable. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let clouds: CannedClouds;
  let fresh: SigningPair;
  let curve: SigningPair;
  beforeAll(async () => {
    arena = await Arena.open(kind);
    clouds = new CannedClouds(arena);
    [fresh, curve] = await Promise.all([signingPair("customers-2"), signingPair("customers-3", "ES256")]);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => clouds.hoursLater());

  /** Returns the calls for keys since the last time. */
  const fetches = () => arena.internet.take().filter((host) => arena.hosts.issuers.includes(host)).length;

  const signedBy = (pair: SigningPair) => arena.customers.token(arena.webClaims(), { pair });
  const junk = (issuer: ForgedIssuer, index: number) =>
    issuer.token({ sub: "junk" }, { header: { kid: `junk-${index}` } });

  describe("a burst of unknown kids", () => {
    test("causes one fetch from each issuer, then none for 30 seconds, and the valid token still passes", async () => {
      const issuers = [arena.customers, arena.workforce, arena.aws];
      const storm = Array.from({ length: 150 }, (_, index) =>
        arena.bearerEvent(junk(issuers[index % 3] as ForgedIssuer, index)),
      );
      expect(await arena.verdict(junk(arena.customers, 1000))).toBe("unauthenticated key-unknown");
      const results = await arena.callers.askAll(storm);
      expect(results.every(arena.api.isRefused)).toBe(true);
      await arena.callers.lines();
      // Cognito's key set; a discovery document and a key set of each of the two others.
      expect(fetches()).toBe(5);
      await arena.callers.askAll(storm);
      await arena.callers.lines();
      expect(await arena.verdict(arena.web())).toBe("allowed");
      expect(fetches()).toBe(0);
    });

    test("causes exactly one more fetch after 30 seconds", async () => {
      await arena.verdict(arena.web());
      clouds.advance(31);
      arena.internet.take();
      await arena.callers.ask(arena.bearerEvent(junk(arena.customers, 0)));
      await arena.callers.askAll(
        Array.from({ length: 50 }, (_, index) => arena.bearerEvent(junk(arena.customers, index))),
      );
      await arena.callers.lines();
      expect(fetches()).toBe(1);
    });

    test("causes at most one attempt every two seconds at an issuer that is down", async () => {
      arena.internet.intercept(arena.customers.host, answering(503));
      await arena.callers.ask(arena.bearerEvent(junk(arena.customers, 0)));
      const results = await arena.callers.askAll(
        Array.from({ length: 50 }, (_, index) => arena.bearerEvent(junk(arena.customers, index))),
      );
      expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["error"]));
      await arena.callers.lines();
      expect(fetches()).toBe(1);
    });
  });

  describe("a key that its issuer has withdrawn", () => {
    test("is refused five minutes after the last fetch, also for a token seen before", async () => {
      const [old, renewed] = [signedBy(arena.customers.pair), signedBy(fresh)];
      expect(await arena.verdict(old)).toBe("allowed");
      arena.customers.published = [fresh.jwk];
      clouds.advance(297);
      expect(await arena.verdict(old)).toBe("allowed");
      expect(fetches()).toBe(1);
      clouds.advance(4);
      expect(await arena.verdict(old)).toBe("unauthenticated key-unknown");
      expect(fetches()).toBe(1);
      expect(await arena.verdict(renewed)).toBe("allowed");
      expect(fetches()).toBe(0);
    });

    test("and replaced under the same kid no longer verifies anything", async () => {
      const old = signedBy(arena.customers.pair);
      expect(await arena.verdict(old)).toBe("allowed");
      arena.customers.published = [{ ...fresh.jwk, kid: "customers-1" }];
      clouds.advance(301);
      expect(await arena.verdict(old)).toBe("unauthenticated signature");
    });

    test("is used for an hour at most if the issuer does not answer, and then calls cannot be decided", async () => {
      expect(await arena.verdict(arena.web())).toBe("allowed");
      arena.internet.intercept(arena.customers.host, answering(503));
      clouds.advance(3595);
      expect(await arena.verdict(arena.web())).toBe("allowed");
      clouds.advance(10);
      expect(await arena.verdict(arena.web())).toBe("unavailable keys-unavailable");
      expect(await arena.callers.ask(arena.bearerEvent(arena.web()))).toEqual({
        kind: "error",
        message: "unavailable",
      });
      await arena.callers.lines();
      // Another issuer's callers are not affected.
      const employee = arena.workforce.token(arena.employeeClaims(["orders/read"]));
      expect(await arena.verdict(employee)).toBe("allowed");
      arena.internet.intercept(arena.customers.host, arena.customers.handle);
      clouds.advance(5);
      expect(await arena.verdict(arena.web())).toBe("allowed");
    });
  });

  test("a new key while its issuer does not answer gives an error, not a refusal that could be cached", async () => {
    expect(await arena.verdict(arena.web())).toBe("allowed");
    arena.customers.published = [fresh.jwk, arena.customers.pair.jwk];
    arena.internet.intercept(arena.customers.host, answering(503));
    for (const seconds of [31, 400]) {
      clouds.advance(seconds);
      expect(await arena.verdict(signedBy(fresh))).toBe("unavailable keys-unavailable");
      expect(await arena.verdict(arena.web())).toBe("allowed");
    }
    arena.internet.intercept(arena.customers.host, arena.customers.handle);
    clouds.advance(31);
    expect(await arena.verdict(signedBy(fresh))).toBe("allowed");
  });

  describe("unsuitable entries in an issuer's key set are ignored", () => {
    const rsa1024 = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const small = (): SigningPair => ({
      ...rsa1024,
      jwk: { ...rsa1024.publicKey.export({ format: "jwk" }), kid: "odd", alg: "RS256" },
    });
    const odd = (pair: SigningPair, change: object): [SigningPair, unknown] => [
      pair,
      { ...pair.jwk, kid: "odd", ...change },
    ];

    const weak = (privateKey: KeyObject): [SigningPair, unknown] => {
      const publicKey = createPublicKey(privateKey);
      const jwk = { ...publicKey.export({ format: "jwk" }), kid: "odd", alg: "RS256" as const };
      return [{ privateKey, publicKey, jwk }, jwk];
    };

    test.each<[string, () => [SigningPair, unknown]]>([
      ["a key for encryption", () => odd(fresh, { use: "enc" })],
      ["a key that is not for verifying", () => odd(fresh, { use: undefined, key_ops: ["encrypt"] })],
      ["a key with its private half", () => odd(fresh, { d: fresh.privateKey.export({ format: "jwk" }).d })],
      ...Object.entries(WEAK_KEYS).map(([name, make]): [string, () => [SigningPair, unknown]] => [
        name,
        () => weak(make()),
      ]),
      ["an RSA key for another algorithm", () => odd(fresh, { alg: "RS512" })],
      ["an RSA key that says it is a curve's", () => odd(fresh, { kty: "EC" })],
      ["a curve's key for RS256", () => odd(curve, { alg: "RS256" })],
      ["an RSA key of 1,024 bits", () => [small(), small().jwk]],
      ["a shared secret", () => odd(fresh, { kty: "oct", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQ" })],
      ["a key without its number", () => odd(fresh, { n: undefined })],
    ])("%s", async (_, make) => {
      const [pair, jwk] = make();
      arena.customers.published = [jwk, arena.customers.pair.jwk];
      const token = arena.customers.token(arena.webClaims(), { pair, header: { kid: "odd" } });
      expect(await arena.verdict(token)).toBe("unauthenticated key-unknown");
      expect(await arena.verdict(arena.web())).toBe("allowed");
    });
  });

  describe("unavailable keys: calls cannot be decided, and no cloud is called", () => {
    const deep = `${"[".repeat(70_000)}${"]".repeat(70_000)}`;
    const huge = () => JSON.stringify({ keys: [arena.workforce.pair.jwk], padding: "x".repeat(150_000) });
    /** Replaces one of Okta's two documents. */
    const instead = (of: string, interception: Interception) => () =>
      arena.internet.intercept(arena.workforce.host, (request, behind) =>
        request.target.endsWith(of) ? interception(request, behind) : behind(request),
      );
    const keys = (interception: Interception) => instead("/v1/keys", interception);
    const status = (code: number) => keys(async (request, behind) => ({ ...(await behind(request)), status: code }));
    const otherIssuer = { issuer: "https://evil.example", jwks_uri: "https://acme.okta.com/oauth2/default/v1/keys" };
    const at = (uri: string) => () => {
      arena.workforce.jwksUri = uri;
    };

    test.each<[string, () => void]>([
      ["an error", keys(answering(500))],
      ["a redirect", keys(answering(302, "", { location: "https://acme.okta.com/oauth2/default/v1/keys" }))],
      ["nothing", keys(answering(200))],
      ["a page", keys(answering(200, "<html>Sign in</html>"))],
      ["another document", keys(answering(200, "null"))],
      ["lists in lists", keys(answering(200, deep))],
      ["150 kB and more", () => keys(answering(200, huge()))()],
      ["keys under the status 203", status(203)],
      ["keys under the status 404", status(404)],
      [
        "another issuer's discovery document",
        instead("/openid-configuration", answering(200, JSON.stringify(otherIssuer))),
      ],
      ["no issuer's discovery document", instead("/openid-configuration", answering(200, "{}"))],
      ["an address over http", at("http://acme.okta.com/oauth2/default/v1/keys")],
      ["an address of a machine", at("https://169.254.169.254/latest/meta-data")],
      ["an address of this machine", at("https://[::1]/v1/keys")],
      ["an address that is a number", at("https://2130706433/v1/keys")],
      ["an address on another port", at("https://acme.okta.com:8443/v1/keys")],
      ["an address with a password", at("https://a:b@acme.okta.com/v1/keys")],
      ["an address that is a file", at("file:///etc/passwd")],
    ])("%s", async (_, prepare) => {
      prepare();
      expect(await arena.verdict(arena.workforce.token(arena.employeeClaims()))).toBe("unavailable keys-unavailable");
      expect(arena.internet.take().every((host) => host === arena.workforce.host)).toBe(true);
      expect(await arena.verdict(arena.web())).toBe("allowed");
    });
  });
});
