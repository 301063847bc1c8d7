import * as fc from "fast-check";
import { FIRST_SECRET } from "./support/environment";
import { type Death, MemoryScene } from "./support/memory-scene";

/** Every way to get on after a rotation died: Secrets Manager tries the same once more, or somebody starts another. */
const RECOVERIES = ["same", "new"] as const;
const STARTS = { fresh: MemoryScene.fresh, settled: MemoryScene.settled };

/** Every call of a whole rotation, so that whatever is added later is killed at too. */
async function callsOf(start: keyof typeof STARTS): Promise<readonly string[]> {
  const scene = STARTS[start]();
  await scene.rotate();
  return scene.calls;
}

function deathsIn(calls: readonly string[]): readonly Death[] {
  return calls.flatMap((_, call) => [
    { call, when: "before" as const },
    { call, when: "after" as const },
  ]);
}

async function die(scene: MemoryScene, death: Death, token: string): Promise<void> {
  scene.death = death;
  await scene.rotate(token).catch(() => {});
  scene.death = undefined;
}

/** What callers rely on, whatever has happened: what they read opens, and so does what they have read before. */
function expectOpen(scene: MemoryScene, values: readonly string[]): void {
  expect(values.map((value) => scene.cognito.opens(value))).toEqual(values.map(() => true));
  expect(scene.cognito.count).toBeLessThanOrEqual(2);
}

test("the calls at which it may die are these", async () => {
  expect(await callsOf("settled")).toEqual([
    ...["DescribeSecret", "GetSecretValue", "GetSecretValue", "PutSecretValue"],
    ...["DescribeSecret", "GetSecretValue", "token", "ListUserPoolClientSecrets"],
    ...["GetSecretValue", "GetSecretValue", "token", "DeleteUserPoolClientSecret", "AddUserPoolClientSecret"],
    ...["DescribeSecret", "GetSecretValue", "token"],
    ...["DescribeSecret", "GetSecretValue", "token", "UpdateSecretVersionStage", "GetSecretValue"],
  ]);
});

describe.each(Object.keys(STARTS) as (keyof typeof STARTS)[])("from a %s secret", (start) => {
  test.each(RECOVERIES)(
    "died at any call, it ends well with the %s token, and no caller is refused",
    async (recovery) => {
      for (const death of deathsIn(await callsOf(start))) {
        const scene = STARTS[start]();
        const before = scene.current;
        const token = scene.begin();
        await die(scene, death, token);
        const read = scene.current;
        expectOpen(scene, [before, read]);
        await scene.rotate(recovery === "same" ? token : scene.begin());
        expectOpen(scene, [read, scene.current, scene.previous]);
        expect(scene.current).not.toBe(before);
        expect(scene.secret.text("FIRST")).toContain(FIRST_SECRET);
      }
    },
  );

  test("died twice in a row, at any two calls, with any token", async () => {
    const deaths = fc.constantFrom(...deathsIn(await callsOf(start)));
    const tokens = fc.constantFrom(["same", "new"], ["new", "same"], ["new", "new"]);
    await fc.assert(
      fc.asyncProperty(deaths, deaths, tokens, async (first, second, [one, two]) => {
        const scene = STARTS[start]();
        let token = scene.begin();
        await die(scene, first, token);
        if (one === "new") token = scene.begin();
        scene.calls = [];
        const between = scene.current;
        await die(scene, second, token);
        const read = scene.current;
        expectOpen(scene, [between, read]);
        if (two === "new") token = scene.begin();
        await scene.rotate(token);
        expectOpen(scene, [read, scene.current, scene.previous]);
      }),
      { numRuns: 150 },
    );
  });
});

test("after each death the next rotations go on as if nothing had been", async () => {
  for (const death of deathsIn(await callsOf("settled"))) {
    const scene = MemoryScene.settled({ behindMilliseconds: 1000 });
    await die(scene, death, scene.begin());
    for (let turn = 0; turn < 3; turn += 1) {
      const read = scene.current;
      await scene.rotate();
      expectOpen(scene, [read, scene.current]);
    }
  }
});

test("while Cognito is a moment behind, a step that runs again never takes away what callers use", async () => {
  const scene = MemoryScene.settled({ lagMilliseconds: 150 });
  const token = scene.begin();
  await scene.step("createSecret", token);
  scene.calls = [];
  const add = 8;
  scene.death = { call: add, when: "after" };
  await scene.step("setSecret", token).catch(() => {});
  scene.death = undefined;
  expect(scene.calls[add]).toBe("AddUserPoolClientSecret");
  // The deleted one still opens, and the new one not yet.
  expect([scene.previous].map((value) => scene.cognito.opens(value))).toEqual([true]);
  await scene.step("setSecret", token);
  expect(scene.cognito.opens(scene.current)).toBe(true);
});
