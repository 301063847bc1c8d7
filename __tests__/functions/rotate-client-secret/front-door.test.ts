import { Arena } from "../../attack/support/arena";
import { CLIENT_ID, SCOPES } from "./support/environment";
import { MemoryScene } from "./support/memory-scene";

jest.setTimeout(120_000);

/** The front door of dev, with the authorizer's artefact: a token that Cognito gave for a secret has to pass there. */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open();
}, 60_000);
afterAll(() => arena?.close());

/** Does as docs/clients.md says, at its hardest: another token for each call, and the secret as it was read once. */
class Caller {
  calls = 0;
  readonly failed: number[] = [];
  private secret: string;

  constructor(private readonly scene: MemoryScene) {
    this.secret = scene.current;
  }

  async call(): Promise<void> {
    const status = (await this.attempt()) ?? (await this.attemptAnew());
    this.calls += 1;
    if (status !== 200) this.failed.push(status ?? 0);
  }

  /** Undefined where Cognito takes the secret no more. */
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

test("callers go on through twenty rotations, those too that read the secret anew only when it is refused", async () => {
  expect(SCOPES).toContain("orders/read");
  const scene = MemoryScene.fresh();
  const callers = [new Caller(scene), new Caller(scene), new Caller(scene)];
  let goesOn = true;
  const running = callers.map(async (caller) => {
    while (goesOn) await caller.call();
  });
  const values = new Set<string>([scene.current]);
  for (let turn = 0; turn < 20; turn++) {
    const before = callers.map(({ calls }) => calls);
    await scene.rotate();
    values.add(scene.current);
    // Each of them has called with this turn's secrets, or those of the turn before.
    while (callers.some(({ calls }, index) => calls < (before[index] ?? 0) + 3)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  goesOn = false;
  await Promise.all(running);
  expect(callers.map(({ failed }) => failed)).toEqual([[], [], []]);
  expect([values.size, scene.cognito.count]).toEqual([21, 2]);
  expect(Math.min(...callers.map(({ calls }) => calls))).toBeGreaterThanOrEqual(60);
});
