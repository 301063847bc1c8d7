import { figuresOf, type Rounds } from "../../../../../cli/bench/sidecar/sidecar";

/** Three rounds, one of them at a busy moment. */
const rounds = (milliseconds: number, processorMicroseconds = 0): Rounds => ({
  one: [[milliseconds], [milliseconds, milliseconds, 9 * milliseconds], [50 * milliseconds]],
  paced: [[2 * milliseconds], [2 * milliseconds], [100 * milliseconds]],
  perSecond: [1000 / milliseconds, 10, 2000 / milliseconds],
  processorMicroseconds,
});
const figures = figuresOf({
  app: rounds(1),
  verifying: rounds(3, 600_000),
  refusing: rounds(1.5),
});
const figure = (text: string) => figures.find(({ what }) => what === text);

test("a percentile is the median of the rounds' percentiles, compared with the app's own", () => {
  expect(figure("p50, 1 connection, a valid token")).toMatchObject({ unit: "ms", measured: 3, baseline: 1 });
  expect(figure("p99, 1 connection, a valid token")).toMatchObject({ measured: 27, baseline: 9 });
  expect(figure("p50, 32 connections, a valid token")).toMatchObject({ measured: 6, baseline: 2 });
  expect(figure("p99, 32 connections, no token")).toMatchObject({ measured: 3, baseline: 2 });
});

test("calls a second are the median of the rounds", () => {
  expect(figure("32 at full speed, a valid token")).toMatchObject({ measured: 1000 / 3, baseline: 1000 });
});

test("processor time is shared among all calls at full speed, and left out where it cannot be measured", () => {
  expect(figure("Envoy's processor time, a valid token")).toMatchObject({ unit: "µs", measured: 200 });
  expect(figure("Envoy's processor time, no token")).toBeUndefined();
});
