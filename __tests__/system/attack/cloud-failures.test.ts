import type { LocalAnswer } from "../../../packages/local-front-door/net/local-http";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import { CannedClouds } from "./support/canned-clouds";
import { answering, first, type Interception, silent } from "./support/internet";

const STEPS = ["aws", "sts", "iam"] as const;
type Step = (typeof STEPS)[number];

const REASONS = { aws: "assume-role", sts: "token-exchange", iam: "id-token" } as const;

/** Each of the three calls for a Google token fails in each way. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  let clouds: CannedClouds;
  /** Each cloud's answer for another service, `accounts`. */
  const others: Partial<Record<Step, LocalAnswer>> = {};
  beforeAll(async () => {
    arena = await Arena.open(kind);
    clouds = new CannedClouds(arena);
    for (const step of STEPS) {
      fail(step, async (request, behind) => {
        others[step] = await behind(request);
        return others[step] as LocalAnswer;
      });
    }
    expect((await arena.send("/accounts/me", { token: arena.web(["accounts/read"]) })).status).toBe(200);
  }, 60_000);
  afterAll(() => arena?.close());

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

  /**
   * A valid call while this step fails: no decision is possible, and no later step runs. For up to two seconds, further
   * calls ask no cloud. Then the next one starts from scratch.
   */
  async function unavailable(step: Step, interception: Interception, tries: number, upstreamStatus?: number) {
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

  describe.each(STEPS)("where %s fails", (step) => {
    beforeEach(() => clouds.hoursLater());

    test("with 503 twice, the step is tried twice, then the call cannot be decided", async () => {
      await unavailable(step, answering(503, "secret detail"), 2, 503);
    });

    test("with 429 once, the caller does not notice", async () => {
      fail(step, first(answering(429)));
      expect(await answer()).toBe("true");
      expect(steps().filter((each) => each === step)).toHaveLength(2);
    });

    test.each([307, 403])("with %i, the step is tried only once, because a retry would not help", async (status) => {
      await unavailable(step, answering(status, "secret detail", { location: "https://evil.example/" }), 1, status);
    });

    test.each<[string, string]>([
      ["a page", "<html><body>Sign in to the network</body></html>"],
      ["an empty object", "{}"],
      ["lists in lists", `${"[".repeat(15_000)}${"]".repeat(15_000)}`],
      ["more than 32 kB", `{"access_token":"${"x".repeat(40_000)}","token":"${"x".repeat(40_000)}"}`],
    ])("by answering %s, the call cannot be decided", (_, body) => unavailable(step, answering(200, body), 1));

    test("by hanging up once, the caller does not notice; twice, the call cannot be decided", async () => {
      fail(step, first(arena.internet.hangUp));
      expect(await answer()).toBe("true");
      expect(steps().filter((each) => each === step)).toHaveLength(2);
      // An earlier connection would get an extra try, because it may have become stale.
      arena.callers.coldStart();
      await clouds.hoursLater();
      await unavailable(step, arena.internet.hangUp, 2);
    });
  });

  describe("another service's token is never forwarded", () => {
    beforeEach(() => arena.reset());

    /** Calls that end without a token. Returns the cloud that refused, if one did. */
    async function refused(upstreamStatus: number | undefined): Promise<void> {
      const { status, body } = await arena.send("/orders", { token: arena.web() });
      expect({ status, body }).toEqual(arena.api.failed);
      const [line] = await arena.callers.lines();
      expect(line).toMatchObject({ decision: "unavailable", reason: "id-token" });
      expect(line?.upstreamStatus).toBe(upstreamStatus);
      expect(steps()).toEqual(STEPS);
    }

    test("if AWS answers with another role's credentials, Google refuses them", async () => {
      fail("aws", async () => others.aws as LocalAnswer);
      await refused(403);
    });

    test("if Google's exchange returns another role's token, Google refuses to mint with it", async () => {
      fail("sts", async () => others.sts as LocalAnswer);
      await refused(403);
    });

    test("if Google mints for another service, the function refuses the token, and requests one again next time", async () => {
      fail("iam", async () => others.iam as LocalAnswer);
      await refused(undefined);
      arena.callers.setClock(3);
      await refused(undefined);
    });
  });

  test("a public route fails in the same way, and its own function logs it", async () => {
    await arena.reset();
    fail("iam", answering(403));
    const { status, body } = await arena.send("/products");
    expect({ status, body }).toEqual(arena.api.failed);
    expect(await arena.anyone.lines()).toMatchObject([
      { decision: "unavailable", reason: "id-token", upstreamStatus: 403 },
    ]);
  });
});

/** `unit/functions/authorizer/mint/budget.test.ts` tests the exact times, with a fake clock. */
test("if a cloud or an issuer never answers, the function gives up after a while: the call cannot be decided", async () => {
  const arena = await Arena.open("http");
  try {
    // The process already runs, so that all calls are under way at the same time.
    await arena.callers.ask(arena.api.anyoneEvent("GET /none"));
    await arena.callers.lines();
    const { aws, sts, iam } = arena.hosts;
    const forService = (service: string): Interception => {
      return (request, behind) => (arena.serviceOf(request) === service ? silent : behind)(request, behind);
    };
    arena.internet.intercept(aws, forService("orders"));
    arena.internet.intercept(sts, forService("accounts"));
    arena.internet.intercept(arena.workforce.host, silent);
    arena.internet.take();
    const startedAt = Date.now();
    const employee = arena.bearerEvent(arena.workforce.token(arena.employeeClaims()));
    const results = await arena.callers.askAll([
      arena.bearerEvent(arena.web()),
      arena.bearerEvent(arena.web(["accounts/read"]), "GET /accounts/me"),
      ...Array<typeof employee>(20).fill(employee),
    ]);
    // Two tries of 1.5 seconds each. A busy machine adds to it.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2990);
    expect(results).toEqual(Array(22).fill({ kind: "error", message: "unavailable" }));
    const reasons = (await arena.callers.lines()).map(({ service, reason }) => `${service} ${reason}`);
    expect([...new Set(reasons)].sort()).toEqual([
      "accounts token-exchange",
      "orders assume-role",
      "orders keys-unavailable",
    ]);
    const { calls } = arena.internet;
    // One attempt for all employees together. The next call fetches again.
    expect(calls.filter(({ host }) => host === arena.workforce.host)).toHaveLength(1);
    const count = (service: string) =>
      [aws, sts, iam].map(
        (host) => calls.filter((call) => call.host === host && arena.serviceOf(call.request) === service).length,
      );
    expect({ orders: count("orders"), accounts: count("accounts") }).toEqual({
      orders: [2, 0, 0],
      accounts: [1, 2, 0],
    });
  } finally {
    await arena.close();
  }
}, 60_000);
