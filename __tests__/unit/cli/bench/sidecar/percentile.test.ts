import { percentile } from "../../../../../cli/bench/sidecar/percentile";

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

test("is the value that so many of all values do not exceed, whatever their order", () => {
  expect([0.5, 0.99, 1].map((share) => percentile(HUNDRED, share))).toEqual([50, 99, 100]);
});

test("of few values is one of them", () => {
  expect([0.01, 0.5, 0.99].map((share) => percentile([7, 3, 10], share))).toEqual([3, 7, 10]);
});

test("of no values is an error", () => {
  expect(() => percentile([], 0.5)).toThrow("no values");
});
