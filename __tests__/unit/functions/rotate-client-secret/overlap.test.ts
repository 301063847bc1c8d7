import { MemoryScene } from "../../../support/rotate-client-secret/memory-scene";

type Delivery = "first" | "second";

/** Concurrent tasks, each of which waits before each of its calls until the test releases it. */
class Overlap {
  private readonly waiting = new Map<Delivery, () => void>();
  private readonly ended = new Set<Delivery>();
  private starting: Delivery = "first";

  constructor(
    private readonly scene: MemoryScene,
    private readonly look: () => void,
  ) {
    scene.gate = () => {
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
