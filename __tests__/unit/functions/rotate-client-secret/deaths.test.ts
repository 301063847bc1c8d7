import {
  deathsAtChanges,
  faultsAfterDeath,
  faultsAfterTwoDeaths,
  faultsOfNextRotations,
  type Recovery,
} from "../../../support/rotate-client-secret/deaths";
import { callsOf, MemoryScene, START_NAMES, STARTS } from "../../../support/rotate-client-secret/memory-scene";

/**
 * One crash of each kind. `system/functions/rotate-client-secret/deaths.test.ts` covers every crash and any two of
 * them.
 */
test("lists the calls at which the function may crash", async () => {
  expect(await callsOf("settled")).toEqual([
    ...["DescribeSecret", "GetSecretValue", "GetSecretValue", "PutSecretValue"],
    ...["DescribeSecret", "GetSecretValue", "token", "ListUserPoolClientSecrets"],
    ...["GetSecretValue", "GetSecretValue", "token"],
    // The second check before a deletion.
    ...["token", "ListUserPoolClientSecrets", "DescribeSecret"],
    ...["DeleteUserPoolClientSecret", "AddUserPoolClientSecret"],
    ...["DescribeSecret", "GetSecretValue", "token"],
    ...["DescribeSecret", "GetSecretValue", "token", "UpdateSecretVersionStage", "GetSecretValue"],
  ]);
});

describe.each(START_NAMES)("from a %s secret", (start) => {
  test("a rotation that crashes at a change completes with either token, and no caller is refused", async () => {
    const calls = await callsOf(start);
    const faults: string[] = [];
    for (const recovery of ["same", "new"] as const) {
      for (const death of deathsAtChanges(calls)) {
        const found = await faultsAfterDeath(STARTS[start](), death, recovery);
        faults.push(...found.map((fault) => `${death.when} ${calls[death.call]}, ${recovery} token: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  });

  test("a rotation that crashes twice at the same change also completes", async () => {
    const calls = await callsOf(start);
    const recoveries: readonly [Recovery, Recovery][] = [
      ["same", "new"],
      ["new", "same"],
      ["new", "new"],
    ];
    const faults: string[] = [];
    for (const [index, death] of deathsAtChanges(calls).entries()) {
      const tokens = recoveries[index % recoveries.length] as [Recovery, Recovery];
      const found = await faultsAfterTwoDeaths(STARTS[start](), [death, death], tokens);
      faults.push(...found.map((fault) => `twice ${death.when} ${calls[death.call]}, ${tokens} token: ${fault}`));
    }
    expect(faults).toEqual([]);
  });
});

test("rotations after a crashed one work as usual", async () => {
  const calls = await callsOf("settled");
  const faults: string[] = [];
  for (const death of deathsAtChanges(calls)) {
    const found = await faultsOfNextRotations(MemoryScene.settled({ behindMilliseconds: 1000 }), death);
    faults.push(...found.map((fault) => `${death.when} ${calls[death.call]}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

test("while Cognito lags, a repeated step deletes no secret that callers use", async () => {
  let time = 1_800_000_000_000;
  const scene = MemoryScene.settled({ lagMilliseconds: 150, now: () => time });
  const token = scene.begin();
  await scene.step("createSecret", token);
  const before = scene.current;
  const add = 11;
  await scene.dying({ call: add, when: "after" }, () => scene.step("setSecret", token));
  expect(scene.calls[add]).toBe("AddUserPoolClientSecret");
  // Cognito still accepts the deleted secret but not yet the new one, so the new one looks superseded.
  expect([scene.previous, before, scene.pending].map((value) => scene.cognito.opens(value))).toEqual([
    true,
    true,
    false,
  ]);
  await expect(scene.step("setSecret", token)).rejects.toThrow("added a moment ago");
  time += 150;
  await scene.step("setSecret", token);
  await scene.step("testSecret", token);
  await scene.step("finishSecret", token);
  expect([before, scene.current].map((value) => scene.cognito.opens(value))).toEqual([true, true]);
});
