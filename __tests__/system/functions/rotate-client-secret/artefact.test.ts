import { join } from "node:path";
import { describeWhere } from "../../../support/describe-where";
import { FUNCTIONS } from "../../../support/functions-folder";
import { ArtefactScene } from "../../../support/moto/artefact-scene";
import { Caller } from "../../../support/moto/caller";
import { Moto } from "../../../support/moto/moto";
import { pythonWithPackages } from "../../../support/python/python";
import { deathsAtChanges, faultsAfterDeath } from "../../../support/rotate-client-secret/deaths";
import { FIRST_SECRET } from "../../../support/rotate-client-secret/environment";
import { callsOf, START_NAMES } from "../../../support/rotate-client-secret/memory-scene";
import { rotatedIntent } from "../../../support/rotation";
import { stackWithArchives } from "../../../support/stack";

const TURNS = 6;

const python = pythonWithPackages();

describeWhere("missing" in python ? python.missing : undefined, "the deployed zip with moto's Secrets Manager", () => {
  let moto: Moto;
  let scene: ArtefactScene;

  beforeAll(async () => {
    stackWithArchives(rotatedIntent(), FUNCTIONS);
    moto = await Moto.start("python" in python ? python.python : "");
    scene = await ArtefactScene.start(moto, join(FUNCTIONS, "dev", "rotate-client-secret.zip"));
  }, 60_000);

  afterAll(async () => {
    await scene?.stop();
    moto?.stop();
  });

  afterEach(() => {
    scene.beforeAnswer = undefined;
  });

  const opens = (...values: readonly string[]) => values.map((value) => scene.cognito.opens(value));

  test("callers that call between any two calls of the function are never refused, rotation after rotation", async () => {
    await scene.fresh();
    const callers = [new Caller(scene), new Caller(scene), new Caller(scene)];
    const seen = [FIRST_SECRET];
    const closed: string[] = [];
    let between = 0;
    scene.beforeAnswer = async () => {
      between += 1;
      // None of them can continue with an earlier token.
      scene.cognito.endTokens();
      await Promise.all(callers.map((caller) => caller.call()));
      const [inUse = ""] = seen.slice(-1);
      if (!scene.cognito.opens(inUse)) closed.push(`turn ${seen.length}, ${scene.calls.at(-1)}`);
    };
    for (let turn = 0; turn < TURNS; turn += 1) {
      expect(await scene.rotate(await scene.secret.begin())).toEqual({ kind: "answer" });
      seen.push(await scene.secret.read());
      expect(opens(...seen.slice(-2))).toEqual([true, true]);
    }
    expect(closed).toEqual([]);
    expect(new Set(seen).size).toBe(TURNS + 1);
    expect(opens(...seen.slice(0, -2))).toEqual(seen.slice(0, -2).map(() => false));
    // Each of them reads at first, and then once a turn: when the secret that it holds is deleted. The first turn deletes none.
    const each = { calls: between, failures: 0, reads: TURNS };
    expect(callers.map(({ calls, failures, reads }) => ({ calls, failures, reads }))).toEqual([each, each, each]);
    expectNothingTold();
  }, 60_000);

  // `deaths.test.ts` covers every call, both tokens and two deaths in a row, with the same code in memory.
  test.each(START_NAMES)(
    "a rotation of a %s client that is killed at a change ends well",
    async (start) => {
      await scene[start]();
      expect(await scene.rotate(await scene.secret.begin())).toEqual({ kind: "answer" });
      const { calls } = scene;
      expect(calls).toEqual(await callsOf(start));
      const faults: string[] = [];
      for (const [index, death] of deathsAtChanges(calls).entries()) {
        await scene[start]();
        const recovery = index % 2 === 0 ? "same" : "new";
        const found = await faultsAfterDeath(scene, death, recovery);
        faults.push(...found.map((fault) => `${death.when} ${calls[death.call]}, ${recovery} token: ${fault}`));
        if (scene.cognito.count !== 2) faults.push(`${calls[death.call]}: Cognito has ${scene.cognito.count} secrets`);
      }
      expect(faults).toEqual([]);
      expectNothingTold();
    },
    60_000,
  );

  /** Checks that the process has printed no secret and no token. */
  function expectNothingTold(): void {
    const log = scene.printed.join("\n");
    expect(log).toContain('"outcome":"current"');
    const secrets = [...scene.cognito.everyValue, ...scene.cognito.tokens.keys()];
    expect(secrets.filter((value) => log.includes(value))).toEqual([]);
  }
});
