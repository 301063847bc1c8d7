import { join } from "node:path";
import { describeWhere } from "../../support/describe-where";
import { rotatedIntent } from "../../support/rotation";
import { BUILD, stackOf } from "../../support/stack";
import { FIRST_SECRET } from "./support/environment";
import type { Death } from "./support/memory-scene";
import { ArtefactScene } from "./support/moto/artefact-scene";
import { Caller } from "./support/moto/caller";
import { Moto, pythonWithMoto } from "./support/moto/moto";

const python = pythonWithMoto();

describeWhere(
  "missing" in python ? python.missing : undefined,
  "the deployed zip beside moto's Secrets Manager",
  () => {
    let moto: Moto;
    let scene: ArtefactScene;

    beforeAll(async () => {
      stackOf(rotatedIntent());
      moto = await Moto.start("python" in python ? python.python : "");
      scene = await ArtefactScene.start(moto, join(BUILD, "dev", "rotate-client-secret.zip"));
    }, 60_000);

    afterAll(async () => {
      await scene?.stop();
      moto?.stop();
    });

    const opens = (...values: readonly string[]) => values.map((value) => scene.cognito.opens(value));

    test("20 rotations under a caller's load: no call fails, and what was read in the last period opens all the time", async () => {
      await scene.fresh();
      scene.cognito.tokenMilliseconds = 25;
      const callers = [new Caller(scene), new Caller(scene), new Caller(scene)];
      for (const caller of callers) caller.start();
      const seen = [FIRST_SECRET];
      for (let turn = 0; turn < 20; turn += 1) {
        const token = await scene.secret.begin();
        const before = seen.at(-1) ?? "";
        const rotated = scene.rotate(token);
        let isOver = false;
        rotated.then(() => {
          isOver = true;
        });
        while (!isOver) {
          expect(opens(before)).toEqual([true]);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        expect(await rotated).toEqual({ kind: "answer" });
        seen.push(await scene.secret.read());
        expect(opens(before, seen.at(-1) ?? "")).toEqual([true, true]);
      }
      for (const caller of callers) await caller.stop();
      expect(new Set(seen).size).toBe(21);
      expect(opens(...seen.slice(0, -2))).toEqual(seen.slice(0, -2).map(() => false));
      for (const { calls, failures, reads } of callers) {
        expect(failures).toBe(0);
        expect(calls).toBeGreaterThan(100);
        // Each of them had to read anew every other time at least: the secret that it held had ended.
        expect(reads).toBeGreaterThan(5);
      }
      expectNothingTold();
    }, 120_000);

    test.each(["fresh", "settled"] as const)(
      "killed at any call of a rotation of a %s client, it ends well with either token",
      async (start) => {
        await scene[start]();
        const whole = await scene.rotate(await scene.secret.begin());
        expect(whole).toEqual({ kind: "answer" });
        const deaths = scene.calls.flatMap((_, call): Death[] => [
          { call, when: "before" },
          { call, when: "after" },
        ]);
        for (const recovery of ["same", "new"]) {
          for (const death of deaths) {
            await scene[start]();
            const before = await scene.secret.read();
            const token = await scene.secret.begin();
            expect((await scene.rotate(token, death)).kind).toBe("error");
            const read = await scene.secret.read();
            expect(opens(before, read)).toEqual([true, true]);
            const again = await scene.rotate(recovery === "same" ? token : await scene.secret.begin());
            expect(again).toEqual({ kind: "answer" });
            const after = await scene.secret.read();
            expect(opens(read, after, await scene.secret.read("AWSPREVIOUS"))).toEqual([true, true, true]);
            expect(after).not.toBe(before);
            expect(await scene.secret.read("FIRST")).toBe(FIRST_SECRET);
            expect(scene.cognito.count).toBe(2);
          }
        }
        expectNothingTold();
      },
      300_000,
    );

    /** What the process has printed says of no secret and no token what it is. */
    function expectNothingTold(): void {
      const log = scene.printed.join("\n");
      expect(log).toContain('"outcome":"current"');
      const secrets = [...scene.cognito.everyValue, ...scene.cognito.tokens.keys()];
      expect(secrets.filter((value) => log.includes(value))).toEqual([]);
    }
  },
);
