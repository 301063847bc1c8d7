import { KINDS } from "./support/api-kind";
import { Arena, SUBJECT } from "./support/arena";

/**
 * What is never printed. Every file of this suite searches all output of its own processes; this file tests that
 * search.
 */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.reset());

  test("only the listed claims are printed, and no answer of a cloud", async () => {
    const canaries = ["canary-mail@example.com", "canary-name-77c1", "canary-group-77c1", "canary-scope-77c1/read"];
    const [email, name, group, scope] = canaries as [string, string, string, string];
    arena.secrets.add(...canaries);
    const token = arena.web(["orders/read", scope], { email, name, "cognito:groups": [group], username: name });
    expect((await arena.send("/orders", { token })).status).toBe(200);
    await arena.send("/orders/export", { token });
    // A cloud that quotes the request.
    for (const host of arena.hosts.clouds) {
      await arena.reset();
      arena.internet.intercept(host, async ({ headers, body }) => ({
        status: 400,
        body: JSON.stringify({ headers, body, name }),
      }));
      await arena.send("/orders", { token });
    }
    await arena.callers.lines();
    expect(arena.callers.printed.join("\n")).toContain('"upstreamStatus":400');
    expect(arena.faults().leaks).toEqual([]);
  });

  describe("the search that ends every file of this suite", () => {
    test("knows every secret: tokens and their parts, the issuers' keys, AWS's and Google's credentials", async () => {
      const token = arena.web();
      await arena.send("/orders", { token });
      const [aws, sts, iam] = arena.hosts.clouds.map(
        (host) => arena.internet.calls.find((call) => call.host === host)?.request,
      );
      const value = (request: typeof aws, name: string) =>
        request?.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
      const secrets = {
        token,
        signature: token.split(".")[2] ?? "",
        payload: token.split(".")[1] ?? "",
        key: String(arena.customers.pair.privateKey.export({ format: "jwk" }).d),
        session: value(aws, "x-amz-security-token"),
        awsSignature: /Signature=(\w+)/.exec(value(aws, "authorization"))?.[1] ?? "",
        identitySignature: /Signature%3D(\w+)/.exec(sts?.body ?? "")?.[1] ?? "",
        accessToken: value(iam, "authorization").replace("Bearer ", ""),
        subject: SUBJECT,
      };
      for (const [what, secret] of Object.entries(secrets)) {
        expect([what, secret.length > 11, arena.secrets.foundIn(`some ${secret} text`).length > 0]).toEqual([
          what,
          true,
          true,
        ]);
      }
    });

    test("finds a secret that a process prints, or that a caller gets", async () => {
      for (const artefact of [arena.callers, arena.anyone]) {
        artefact.printed.push(`{"token":"${arena.web()}"}`);
        expect(arena.faults().leaks.length).toBeGreaterThan(0);
        artefact.printed.pop();
        expect(arena.faults().leaks).toEqual([]);
      }
    });
  });
});
