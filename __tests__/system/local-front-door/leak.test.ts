import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startSmallStack } from "../../support/local/small-stack";

/** Node's channels that report the objects of a request. All of them must be collected after the answer. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  "http.server.request.start": ["request", "response"],
  "http.client.request.start": ["request"],
  "net.client.socket": ["socket"],
  "net.server.socket": ["socket"],
};

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Objects that are created while it watches, by kind, as long as they are referenced. */
class Watch {
  private readonly made = new Map<string, WeakRef<object>[]>();
  private readonly listeners = Object.entries(CHANNELS).map(([channel, parts]) => {
    const listener = (message: unknown) => {
      for (const part of parts) {
        const kind = `${channel} ${part}`;
        const found = this.made.get(kind) ?? [];
        this.made.set(kind, [...found, new WeakRef((message as Record<string, object>)[part] as object)]);
      }
    };
    subscribe(channel, listener);
    return () => unsubscribe(channel, listener);
  });

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.made].map(([kind, refs]) => [kind, refs.length]));
  }

  /** Kinds with more objects than the open connections may need. */
  async held(most: number): Promise<readonly string[]> {
    // An object that was just read lives until the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return [...this.made].flatMap(([kind, refs]) => {
      const alive = refs.filter((ref) => ref.deref() !== undefined).length;
      return alive > most ? [`${kind}: ${alive} of ${refs.length}`] : [];
    });
  }

  stop(): void {
    for (const stop of this.listeners) stop();
  }
}

const handles = () => process.getActiveResourcesInfo().filter((name) => !/^(Timeout|Immediate)$/.test(name)).length;

test("answered requests leave no object and no handle behind", async () => {
  const clouds = await startSmallStack();
  const call = async (index: number) => (await fetch(`${clouds.url}/open/${index}`)).text();
  const watch = new Watch();
  try {
    for (let index = 0; index < 10; index++) await call(index);
    const before = handles();
    for (let index = 0; index < 200; index++) await call(index);
    expect(watch.counts["http.server.request.start request"]).toBeGreaterThan(200);
    let held = await watch.held(10);
    for (const deadline = Date.now() + 10_000; held.length > 0 && Date.now() < deadline; ) held = await watch.held(10);
    expect(held).toEqual([]);
    expect(handles() - before).toBeLessThan(10);
  } finally {
    watch.stop();
    await clouds.stop();
  }
});
