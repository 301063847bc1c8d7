import { descriptorShares, REFUSED_AT_A_TIME } from "../../../../packages/local-front-door/net/descriptors";

test("what connections, their calls and refusals may take leaves a door enough for itself", () => {
  for (const limit of [256, 1024, 4096, 20_000, 1_048_576]) {
    const { connections, calls } = descriptorShares(`${limit}`);
    expect([limit, connections + 3 * calls + REFUSED_AT_A_TIME <= limit - 96]).toEqual([limit, true]);
  }
});

test("250 connections pass at the limit that most systems give", () => {
  expect(descriptorShares("1024").connections).toBeGreaterThan(250);
});

test("a door with hardly any descriptors takes a few calls, and one without a limit no endless number", () => {
  expect([descriptorShares("64"), descriptorShares("unlimited")]).toEqual([
    { connections: 4, calls: 1 },
    { connections: 10_000, calls: 3333 },
  ]);
});
