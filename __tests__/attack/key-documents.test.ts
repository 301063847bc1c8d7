import { Arena } from "./support/arena";
import { bearerEvent } from "./support/bearer-event";
import { CannedClouds } from "./support/canned-clouds";
import { answering, type Interception, silent } from "./support/internet";

/** Issuers that do not answer, or answer with something else than their keys. */
let arena: Arena;
let clouds: CannedClouds;
beforeAll(async () => {
  arena = await Arena.open();
  clouds = new CannedClouds(arena);
}, 60_000);
afterAll(() => arena?.close());
beforeEach(() => clouds.hoursLater());

describe("keys that cannot be had: nobody can tell, and no cloud is asked", () => {
  const deep = `${"[".repeat(70_000)}${"]".repeat(70_000)}`;
  const huge = () => JSON.stringify({ keys: [arena.workforce.pair.jwk], padding: "x".repeat(150_000) });
  /** This in the place of one of Okta's two documents. */
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

  test("silence, for 1.5 seconds once, however many ask", async () => {
    arena.internet.intercept(arena.workforce.host, silent);
    const event = bearerEvent(arena.workforce.token(arena.employeeClaims()));
    await arena.verdict(arena.web());
    arena.internet.take();
    const startedAt = Date.now();
    const results = await arena.callers.askAll(Array.from({ length: 20 }, () => event));
    expect(results).toEqual(Array(20).fill({ kind: "error", message: "unavailable" }));
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1450);
    expect(arena.internet.take()).toEqual([arena.workforce.host]);
    await arena.callers.lines();
    expect(await arena.verdict(arena.web())).toBe("allowed");
  });
});
