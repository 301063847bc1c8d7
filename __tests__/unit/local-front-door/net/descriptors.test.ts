import {
  descriptorShares,
  LEAST_DESCRIPTORS,
  REFUSED_AT_A_TIME,
} from "../../../../packages/local-front-door/net/descriptors";

test("connections, their calls and refusals leave the door enough descriptors for itself", () => {
  for (const limit of [LEAST_DESCRIPTORS, 256, 1024, 4096, 20_000, 1_048_576]) {
    const { connections, calls } = descriptorShares(limit);
    expect([limit, connections + 3 * calls + REFUSED_AT_A_TIME <= limit - 96]).toEqual([limit, true]);
  }
});

test("more than 250 connections fit into the usual limit of 1,024", () => {
  expect(descriptorShares(1024).connections).toBeGreaterThan(250);
});

test("a door with the fewest descriptors accepts a few calls, and a door without a limit has a maximum", () => {
  expect([descriptorShares(LEAST_DESCRIPTORS), descriptorShares(Number.POSITIVE_INFINITY)]).toEqual([
    { connections: 16, calls: 5 },
    { connections: 10_000, calls: 3333 },
  ]);
});
