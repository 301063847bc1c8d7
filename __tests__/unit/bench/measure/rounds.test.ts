import { medianCost } from "../../../../bench/measure/node-process";
import { interleaved, median, percentile } from "../../../../bench/measure/rounds";

let progress: string[];
beforeEach(() => {
  progress = [];
  jest.spyOn(console, "error").mockImplementation((line: string) => progress.push(line));
});
afterEach(() => jest.restoreAllMocks());

test("baseline and subject take turns, and the first round of both is not counted", () => {
  const order: string[] = [];
  const counted = (name: string, start: number) => () => {
    order.push(name);
    return start + order.length;
  };
  const series = interleaved("synthesis", 2, { bare: counted("bare", 0), ours: counted("ours", 100) });
  expect(order).toEqual(["bare", "ours", "bare", "ours", "bare", "ours"]);
  expect(series).toEqual({ bare: [3, 5], ours: [104, 106] });
  expect(progress).toEqual(["synthesis: warming up", "synthesis: round 1 of 2", "synthesis: round 2 of 2"]);
});

test("each number of a cost has its own median", () => {
  const costs = [
    { milliseconds: 1, peakMegabytes: 30 },
    { milliseconds: 2, peakMegabytes: 10 },
    { milliseconds: 3, peakMegabytes: 20 },
  ];
  expect(medianCost(costs)).toEqual({ milliseconds: 2, peakMegabytes: 20 });
});

test("the median of an odd number of runs is the one in the middle, whatever their order", () => {
  const runs = [300, 7, 12];
  expect(median(runs)).toBe(12);
  expect(runs).toEqual([300, 7, 12]);
});

test("one slow run does not change the median", () => {
  expect(median([10, 11, 12, 13, 9000])).toBe(12);
});

test("the median of an even number of runs is the mean of the middle two, and compares numbers, not text", () => {
  expect(median([100, 9, 20, 30])).toBe(25);
});

test("the median of no runs throws", () => {
  expect(() => median([])).toThrow("the median of no values");
});

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

test("is the smallest value that the given share does not exceed, in any order", () => {
  expect([0.5, 0.99, 1].map((share) => percentile(HUNDRED, share))).toEqual([50, 99, 100]);
});

test("of few values is one of them", () => {
  expect([0.01, 0.5, 0.99].map((share) => percentile([7, 3, 10], share))).toEqual([3, 7, 10]);
});

test("of no values is an error", () => {
  expect(() => percentile([], 0.5)).toThrow("no values");
});
