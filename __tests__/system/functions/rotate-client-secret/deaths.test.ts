import fc from "../../../support/properties";
import {
  type Death,
  everyDeath,
  faultsAfterDeath,
  faultsAfterTwoDeaths,
  faultsOfNextRotations,
  type Recovery,
} from "../../../support/rotate-client-secret/deaths";
import { callsOf, MemoryScene, START_NAMES, STARTS } from "../../../support/rotate-client-secret/memory-scene";

// `artefact.test.ts` signs its calls.
jest.mock("aws4fetch", () => require("../../../support/rotate-client-secret/unsigned"));

jest.setTimeout(120_000);

/** Every time is a millisecond later than the one before, because in memory several calls happen within one. */
function apart(): () => number {
  let time = Date.now();
  return () => time++;
}

/** Deaths at every call. `unit/functions/rotate-client-secret/deaths.test.ts` has one of each kind. */
describe.each(START_NAMES)("from a %s secret", (start) => {
  test("a rotation that dies at any call ends well with either token, and no caller is refused", async () => {
    const calls = await callsOf(start);
    const faults: string[] = [];
    for (const recovery of ["same", "new"] as const) {
      for (const death of everyDeath(calls)) {
        const found = await faultsAfterDeath(STARTS[start]({ now: apart() }), death, recovery);
        faults.push(...found.map((fault) => `${death.when} ${placeOf(calls, death)}, ${recovery} token: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  });

  test("a rotation that dies at any two calls ends well with any token", async () => {
    const deaths = fc.constantFrom(...everyDeath(await callsOf(start)));
    const recoveries = fc.constantFrom<[Recovery, Recovery]>(["same", "new"], ["new", "same"], ["new", "new"]);
    await fc.assert(
      fc.asyncProperty(deaths, deaths, recoveries, async (first, second, tokens) => {
        expect(await faultsAfterTwoDeaths(STARTS[start]({ now: apart() }), [first, second], tokens)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

test("rotations after one that died at any call work as usual", async () => {
  const calls = await callsOf("settled");
  const faults: string[] = [];
  for (const death of everyDeath(calls)) {
    const found = await faultsOfNextRotations(MemoryScene.settled({ behindMilliseconds: 1000, now: apart() }), death);
    faults.push(...found.map((fault) => `${death.when} ${placeOf(calls, death)}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

function placeOf(calls: readonly string[], { call }: Death): string {
  return `${call} ${calls[call]}`;
}
