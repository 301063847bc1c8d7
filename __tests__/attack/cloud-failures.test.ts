import type { LocalAnswer } from "../../local/local-http";
import { Arena } from "./support/arena";
import { bearerEvent, isAllowed } from "./support/bearer-event";
import { CannedClouds } from "./support/canned-clouds";
import { FAILED } from "./support/gateway-call";
import { answering, first, type Interception } from "./support/internet";

/** Each of the three calls that buy a Google token, failing in each way. */
let arena: Arena;
let clouds: CannedClouds;
/** What each cloud answered for another service, `accounts`. */
const others: Partial<Record<Step, LocalAnswer>> = {};
beforeAll(async () => {
  arena = await Arena.open();
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

type Step = "aws" | "sts" | "iam";
const STEPS = ["aws", "sts", "iam"] as const;
const REASONS = { aws: "assume-role", sts: "token-exchange", iam: "id-token" } as const;

const fail = (step: Step, interception: Interception) => arena.internet.intercept(arena.hosts[step], interception);

/** Calls to the three clouds, as steps. */
const steps = () => arena.internet.take().flatMap((host) => STEPS.filter((step) => arena.hosts[step] === host));

const good = () => arena.send("/orders", { token: arena.web() });

/** What the function says to a good caller: the canned clouds' tokens would go no further. */
async function answer(): Promise<string> {
  const result = await arena.callers.ask(bearerEvent(arena.web()));
  return result.kind === "error" ? result.message : String(isAllowed(result));
}

/** A good call while this step fails: nobody can tell, nothing later is asked, and the next call is as good as new. */
async function unavailable(step: Step, interception: Interception, tries: number, upstreamStatus?: number) {
  const repair = fail(step, interception);
  expect(await answer()).toBe("unavailable");
  const [line] = await arena.callers.lines();
  expect(line).toMatchObject({ level: "ERROR", decision: "unavailable", reason: REASONS[step] });
  expect(line?.upstreamStatus).toBe(upstreamStatus);
  const before = STEPS.slice(0, STEPS.indexOf(step));
  expect(steps()).toEqual([...before, ...Array<Step>(tries).fill(step)]);
  repair();
  expect(await answer()).toBe("true");
  expect(steps()).toEqual(STEPS);
  await arena.callers.lines();
}

describe.each(STEPS)("where %s fails", (step) => {
  beforeEach(() => clouds.hoursLater());

  test.each([429, 503])("with %i twice, it is tried twice, then nobody can tell", async (status) => {
    await unavailable(step, answering(status, "secret detail"), 2, status);
  });

  test("with 429 once, the caller does not notice", async () => {
    fail(step, first(answering(429)));
    expect(await answer()).toBe("true");
    expect(steps().filter((each) => each === step)).toHaveLength(2);
  });

  test.each([307, 403])("with %i, it is tried once: that will not go away", async (status) => {
    await unavailable(step, answering(status, "secret detail", { location: "https://evil.example/" }), 1, status);
  });

  test.each<[string, string]>([
    ["a page", "<html><body>Sign in to the network</body></html>"],
    ["an empty object", "{}"],
    ["lists in lists", `${"[".repeat(15_000)}${"]".repeat(15_000)}`],
    ["more than 32 kB", `{"access_token":"${"x".repeat(40_000)}","token":"${"x".repeat(40_000)}"}`],
  ])("by answering %s, nobody can tell", (_, body) => unavailable(step, answering(200, body), 1));
});

describe.each(STEPS)("where %s hangs up", (step) => {
  beforeEach(() => arena.reset());

  test("once, the caller does not notice; twice, nobody can tell", async () => {
    fail(step, first(arena.internet.hangUp));
    expect((await good()).status).toBe(200);
    await arena.reset();
    await unavailable(step, arena.internet.hangUp, 2);
  });
});

describe("another service's token is never handed on", () => {
  beforeEach(() => arena.reset());

  /** The calls for a token that nobody gets; who refused, if a cloud did. */
  async function refused(upstreamStatus: number | undefined): Promise<void> {
    const { status, body } = await good();
    expect({ status, body }).toEqual(FAILED);
    const [line] = await arena.callers.lines();
    expect(line).toMatchObject({ decision: "unavailable", reason: "id-token" });
    expect(line?.upstreamStatus).toBe(upstreamStatus);
    expect(steps()).toEqual(STEPS);
  }

  test("where AWS answers with another role's credentials, Google refuses them", async () => {
    fail("aws", async () => others.aws as LocalAnswer);
    await refused(403);
  });

  test("where Google exchanges for another role's token, Google refuses that", async () => {
    fail("sts", async () => others.sts as LocalAnswer);
    await refused(403);
  });

  test("where Google mints for another service, the function refuses it, and asks again next time", async () => {
    fail("iam", async () => others.iam as LocalAnswer);
    await refused(undefined);
    await refused(undefined);
  });
});

test("a public route fails in the same way, and its own function says so", async () => {
  await arena.reset();
  fail("iam", answering(503));
  const { status, body } = await arena.send("/products");
  expect({ status, body }).toEqual(FAILED);
  expect(await arena.anyone.lines()).toMatchObject([
    { decision: "unavailable", reason: "id-token", upstreamStatus: 503 },
  ]);
});

test("the retry comes after 50 to 250 ms, never after the same time: instances that failed together come back apart", async () => {
  await arena.reset();
  const pauses: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    arena.internet.calls.splice(0);
    fail("aws", answering(503));
    await arena.callers.ask(bearerEvent(arena.web()));
    const [one, two] = arena.internet.calls.filter(({ host }) => host === arena.hosts.aws).map(({ at }) => at);
    pauses.push((two ?? 0) - (one ?? 0));
  }
  // A busy machine may add to them.
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(49);
  expect(Math.max(...pauses)).toBeLessThan(600);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(10);
});
