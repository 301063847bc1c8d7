import type { LocalAnswer } from "../../../packages/local-front-door/net/local-http";
import { testAll } from "../../support/test-all";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { CannedClouds } from "./support/canned-clouds";
import { type ForgedIssuer, type SigningPair, signingPair } from "./support/forged-issuer";
import { answering, first, type Interception } from "./support/internet";

const STEPS = ["aws", "sts", "iam"] as const;
type Step = (typeof STEPS)[number];

const REASONS = { aws: "assume-role", sts: "token-exchange", iam: "id-token" } as const;

/**
 * Clouds and issuers that fail, and clocks that move, around the built function. All ways to fail and all times:
 * `unit/functions/authorizer/mint/` and `token/key-sets.test.ts`.
 */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let clouds: CannedClouds;
  let fresh: SigningPair;
  /** Each cloud's answer for another service, `accounts`. */
  const others: Partial<Record<Step, LocalAnswer>> = {};
  beforeAll(async () => {
    arena = await Arena.open(kind);
    clouds = new CannedClouds(arena);
    fresh = await signingPair("customers-2");
    for (const step of STEPS) {
      fail(step, async (request, behind) => {
        others[step] = await behind(request);
        return others[step] as LocalAnswer;
      });
    }
    expect((await arena.send("/accounts/me", { token: arena.web(["accounts/read"]) })).status).toBe(200);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => clouds.hoursLater());

  const fail = (step: Step, interception: Interception) => arena.internet.intercept(arena.hosts[step], interception);

  /** Calls to the three clouds, as steps. */
  const steps = () => arena.internet.take().flatMap((host) => STEPS.filter((step) => arena.hosts[step] === host));

  /**
   * The function's answer to a valid caller. Calls go no further, because Cloud Run would refuse the canned clouds'
   * tokens.
   */
  async function answer(): Promise<string> {
    const result = await arena.callers.ask(arena.bearerEvent(arena.web()));
    return result.kind === "error" ? result.message : String(arena.api.isAllowed(result));
  }

  /** While this step fails, no later step runs. Two seconds later the next call starts from scratch. */
  async function unavailable(step: Step, interception: Interception, tries: number, upstreamStatus?: number) {
    await clouds.hoursLater();
    const repair = fail(step, interception);
    expect(await answer()).toBe("unavailable");
    const [line] = await arena.callers.lines();
    expect(line).toMatchObject({ level: "ERROR", decision: "unavailable", reason: REASONS[step] });
    expect(line?.upstreamStatus).toBe(upstreamStatus);
    const before = STEPS.slice(0, STEPS.indexOf(step));
    expect(steps()).toEqual([...before, ...Array<Step>(tries).fill(step)]);
    repair();
    expect([await answer(), steps()]).toEqual(["unavailable", []]);
    clouds.advance(3);
    expect(await answer()).toBe("true");
    expect(steps()).toEqual(STEPS);
    await arena.callers.lines();
  }

  testAll(STEPS)("where %s fails twice or answers a page, the call cannot be decided", async (step) => {
    await unavailable(step, answering(503, "secret detail"), 2, 503);
    await unavailable(step, answering(200, "<html>Sign in to the network</html>"), 1);
    await unavailable(step, answering(307, "", { location: "https://evil.example/" }), 1, 307);
  });

  testAll(STEPS)("where %s hangs up once, the caller does not notice", async (step) => {
    await clouds.hoursLater();
    fail(step, first(arena.internet.hangUp));
    expect(await answer()).toBe("true");
    expect(steps().filter((each) => each === step)).toHaveLength(2);
  });

  testAll([
    ["AWS answers with another role's credentials, Google refuses them", "aws", 403],
    ["Google's exchange returns another role's token, Google refuses to mint with it", "sts", 403],
    ["Google mints for another service, the function refuses the token", "iam", undefined],
  ] as const)("another service's token is never forwarded: if %s", async (_, step, upstreamStatus) => {
    await arena.reset();
    fail(step, async () => others[step] as LocalAnswer);
    const { status, body } = await arena.send("/orders", { token: arena.web() });
    expect({ status, body }).toEqual(arena.api.failed);
    const [line] = await arena.callers.lines();
    expect([line?.decision, line?.reason, line?.upstreamStatus]).toEqual(["unavailable", "id-token", upstreamStatus]);
    expect(steps()).toEqual(STEPS);
  });

  /** Returns the calls for keys since the last time. */
  const fetches = () => arena.internet.take().filter((host) => arena.hosts.issuers.includes(host)).length;

  test("a burst of unknown key ids causes one fetch from each issuer, and the valid token still passes", async () => {
    const issuers = [arena.customers, arena.workforce, arena.aws];
    const storm = Array.from({ length: 150 }, (_, index) => {
      const header = { kid: `junk-${index}` };
      return arena.bearerEvent((issuers[index % 3] as ForgedIssuer).token({ sub: "junk" }, { header }));
    });
    expect((await arena.callers.askAll(storm)).every(arena.api.isRefused)).toBe(true);
    await arena.callers.lines();
    // Cognito's key set; a discovery document and a key set of each of the two others.
    expect(fetches()).toBe(5);
    expect(await arena.verdict(arena.web())).toBe("allowed");
    expect(fetches()).toBe(0);
  });

  test("a key that its issuer has withdrawn is refused five minutes after the last fetch, also for a token seen before", async () => {
    const old = arena.web();
    expect(await arena.verdict(old)).toBe("allowed");
    arena.customers.published = [fresh.jwk];
    clouds.advance(297);
    expect(await arena.verdict(old)).toBe("allowed");
    clouds.advance(4);
    expect(await arena.verdict(old)).toBe("unauthenticated key-unknown");
    expect(await arena.verdict(arena.customers.token(arena.webClaims(), { pair: fresh }))).toBe("allowed");
  });

  test("while an issuer does not answer, its keys count for an hour, and other issuers are not affected", async () => {
    expect(await arena.verdict(arena.web())).toBe("allowed");
    arena.internet.intercept(arena.customers.host, answering(503));
    clouds.advance(3595);
    expect(await arena.verdict(arena.web())).toBe("allowed");
    clouds.advance(10);
    expect(await arena.verdict(arena.web())).toBe("unavailable keys-unavailable");
    const employee = arena.workforce.token(arena.employeeClaims(["orders/read"]));
    expect(await arena.verdict(employee)).toBe("allowed");
  });

  /** Seconds of life left in the Google token for a public route; undefined if there is none. */
  async function lifeLeft(): Promise<number | undefined> {
    const result = await arena.anyone.ask(arena.api.anyoneEvent("GET /products"));
    if (result.kind === "error") return undefined;
    const { googleAuthorization } = (result.value as { context: { googleAuthorization: string } }).context;
    const payload = googleAuthorization.replace("Bearer ", "").split(".")[1] ?? "";
    return (JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number }).exp - clouds.now();
  }

  test("a Google token lives at least for the cache time, 30 seconds for the last request and 5 for clock skew", async () => {
    clouds.idTokens = 60 + 34;
    expect(await lifeLeft()).toBeUndefined();
    clouds.advance(3);
    clouds.idTokens = 60 + 35;
    expect(await lifeLeft()).toBe(60 + 35);
  });

  testAll([-4, 4])("a clock that differs by %i seconds from both clouds' disturbs no call", async (seconds) => {
    await arena.reset();
    arena.setClock(seconds);
    expect((await arena.send("/orders", { token: arena.web() })).status).toBe(200);
    expect((await arena.send("/products")).status).toBe(200);
    await Promise.all([arena.callers.lines(), arena.anyone.lines()]);
  });
});
