import { CLIENT_ID, SCOPES } from "../../../support/rotate-client-secret/environment";
import { MemoryScene, STEPS } from "../../../support/rotate-client-secret/memory-scene";
import { Arena } from "../../../system/attack/support/arena";

/** The front door of dev, with the built authorizer. It must accept a token that Cognito issued for a secret. */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open("http");
}, 60_000);
afterAll(() => arena?.close());

/** Follows docs/how-to/call-with-the-user-pool.md#a-program-with-a-secret in the strictest form: a new token for each call. */
class Caller {
  calls = 0;
  readonly failed: number[] = [];
  private secret: string;

  constructor(
    private readonly scene: MemoryScene,
    private readonly reads: "for each token" | "when refused",
  ) {
    this.secret = scene.current;
  }

  async call(): Promise<void> {
    if (this.reads === "for each token") this.secret = this.scene.current;
    const status = (await this.attempt()) ?? (await this.attemptAnew());
    this.calls += 1;
    if (status !== 200) this.failed.push(status ?? 0);
  }

  /** Undefined if Cognito no longer accepts the secret. */
  private async attempt(): Promise<number | undefined> {
    const { status } = this.scene.cognito.token({
      method: "POST",
      host: "shop.auth.eu-west-1.amazoncognito.com",
      target: "/oauth2/token",
      headers: [["authorization", `Basic ${Buffer.from(`${CLIENT_ID}:${this.secret}`).toString("base64")}`]],
      body: "grant_type=client_credentials",
    });
    if (status !== 200) return undefined;
    const token = arena.customers.token({
      ...arena.webClaims(["orders/read"]),
      client_id: arena.callers.variables.CLIENT_REPORTING_AGENT,
    });
    return (await arena.sendAgain("/orders", { token })).status;
  }

  private attemptAnew(): Promise<number | undefined> {
    this.secret = this.scene.current;
    return this.attempt();
  }
}

const TURNS = 6;

test("callers keep access through several rotations, whenever they read the secret", async () => {
  expect(SCOPES).toContain("orders/read");
  const scene = MemoryScene.fresh();
  const callers = (["for each token", "when refused", "for each token"] as const).map(
    (reads) => new Caller(scene, reads),
  );
  let goesOn = true;
  const running = callers.map(async (caller) => {
    while (goesOn) {
      await caller.call();
      // Without a network call, no other task would get a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const values = new Set<string>([scene.current]);
  for (let turn = 0; turn < TURNS; turn++) {
    const token = scene.begin();
    for (const step of STEPS) {
      await scene.step(step, token);
      const before = callers.map(({ calls }) => calls);
      // Two calls, because the first may have begun before the step.
      while (callers.some(({ calls }, index) => calls < (before[index] ?? 0) + 2)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    values.add(scene.current);
  }
  goesOn = false;
  await Promise.all(running);
  expect(callers.map(({ failed }) => failed)).toEqual([[], [], []]);
  expect([values.size, scene.cognito.count]).toEqual([TURNS + 1, 2]);
  expect(Math.min(...callers.map(({ calls }) => calls))).toBeGreaterThanOrEqual(TURNS * STEPS.length * 2);
}, 60_000);
