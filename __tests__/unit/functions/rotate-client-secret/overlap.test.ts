import { MemoryScene } from "../../../support/rotate-client-secret/memory-scene";

type Delivery = "first" | "second";

/** Concurrent tasks, each of which waits before or after each of its calls until the test releases it. */
class Overlap {
  private readonly waiting = new Map<Delivery, () => void>();
  private readonly ended = new Set<Delivery>();
  private starting: Delivery = "first";

  constructor(
    private readonly scene: MemoryScene,
    private readonly look: () => void,
    waits: "before" | "after" = "before",
  ) {
    scene.gate = (when) => {
      if (when !== waits) return undefined;
      const delivery = this.starting;
      return new Promise<void>((resolve) => this.waiting.set(delivery, resolve));
    };
  }

  start(delivery: Delivery, work: () => Promise<void>): Promise<void> {
    return this.as(delivery, () => {
      void work()
        .catch(() => {})
        .finally(() => this.ended.add(delivery));
    });
  }

  /** Releases this number of calls, or all if there are fewer. */
  async go(delivery: Delivery, calls = Number.POSITIVE_INFINITY): Promise<number> {
    let done = 0;
    for (; done < calls && !this.ended.has(delivery); done += 1) {
      const next = this.waiting.get(delivery);
      this.waiting.delete(delivery);
      await this.as(delivery, () => next?.());
      this.look();
    }
    return done;
  }

  end(): void {
    this.scene.gate = undefined;
  }

  /** Only this task continues, until its next call. */
  private async as(delivery: Delivery, act: () => void): Promise<void> {
    this.starting = delivery;
    act();
    while (!this.waiting.has(delivery) && !this.ended.has(delivery)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Every sixth overlap; `OVERLAPS=all` tries every one. */
const STRIDE = process.env.OVERLAPS === "all" ? 1 : 6;

const REST = ["setSecret", "testSecret", "finishSecret"];

/** What callers lose if the second delivery of setSecret pauses after some of its calls and the first one continues. */
async function overlapped(
  lagMilliseconds: number,
  stop: number,
  resume: number,
): Promise<{ faults: string[]; calls: number[] }> {
  const faults: string[] = [];
  let time = Date.now();
  const scene = MemoryScene.settled({ lagMilliseconds, now: () => time });
  time += 10_000;
  const token = scene.begin();
  await scene.step("createSecret", token);
  const look = () => {
    time += 1;
    if (!scene.cognito.opens(scene.current))
      faults.push(`${lagMilliseconds} ms, ${stop}, ${resume}: AWSCURRENT is refused`);
  };
  const overlap = new Overlap(scene, look);
  await overlap.start("second", () => scene.step("setSecret", token));
  await overlap.go("second", stop);
  await overlap.start("first", async () => {
    for (const step of REST) await scene.step(step, token);
  });
  const first = await overlap.go("first", resume);
  const second = await overlap.go("second");
  await overlap.go("first");
  overlap.end();
  // Secrets Manager retries failed steps.
  time += 3_600_000;
  for (const step of REST)
    await scene.step(step, token).catch((error) => faults.push(`${stop}, ${resume}: ${error.message}`));
  look();
  return { faults, calls: [first, second + stop] };
}

test.each([0, 500])(
  "overlapping deliveries of setSecret invalidate no secret that callers read (lag of %i ms)",
  async (lag) => {
    const { calls } = await overlapped(lag, 0, Number.POSITIVE_INFINITY);
    const [most = 0] = calls;
    expect(most).toBeGreaterThan(10);
    const faults: string[] = [];
    for (let stop = 0; stop <= 16; stop += 1) {
      for (let resume = stop % STRIDE; resume <= most; resume += STRIDE)
        faults.push(...(await overlapped(lag, stop, resume)).faults);
    }
    expect(faults).toEqual([]);
  },
);

/**
 * What callers lose if the second delivery of setSecret starts after some calls of the first one, and is frozen with an
 * answer that it has not used yet, for twenty minutes in which the first one ends.
 */
async function frozen(ahead: number, stop: number): Promise<{ faults: string[]; calls: number }> {
  const faults: string[] = [];
  let time = 1_800_000_000_000;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => time);
  const scene = MemoryScene.settled({ lagMilliseconds: 500, deletionLagMilliseconds: 0, now: () => time });
  time += 10_000;
  const token = scene.begin();
  await scene.step("createSecret", token);
  const look = () => {
    time += 1;
    if (!scene.cognito.opens(scene.current)) faults.push(`${ahead}, ${stop}: AWSCURRENT is refused`);
  };
  const overlap = new Overlap(scene, look, "after");
  await overlap.start("first", async () => {
    await scene.step("setSecret", token);
    time += 500;
    for (const step of ["testSecret", "finishSecret"]) await scene.step(step, token);
  });
  await overlap.go("first", ahead);
  await overlap.start("second", () => scene.step("setSecret", token));
  const second = await overlap.go("second", stop);
  const first = await overlap.go("first");
  time += 20 * 60_000;
  await overlap.go("second");
  overlap.end();
  clock.mockRestore();
  return { faults, calls: Math.max(first + ahead, second) };
}

test("a delivery of setSecret that was frozen for twenty minutes invalidates no secret that callers read", async () => {
  const { calls } = await frozen(0, Number.POSITIVE_INFINITY);
  expect(calls).toBeGreaterThan(10);
  const faults: string[] = [];
  // The first delivery has deleted one secret, and has just added the other.
  for (const ahead of STRIDE === 1 ? [...Array(calls).keys()] : [10, 11, 12]) {
    for (let stop = 0; stop <= 13; stop += 1) faults.push(...(await frozen(ahead, stop)).faults);
  }
  expect(faults).toEqual([]);
});
