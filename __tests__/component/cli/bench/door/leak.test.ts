import { figuresOf, type Sample } from "../../../../../cli/bench/door/leak";

const sample = (minutes: number, megabytes: number, handles = 8): Sample => ({
  minutes,
  heapBytes: megabytes * 1_000_000,
  residentBytes: 100_000_000,
  handles,
  sockets: 4,
});

test("growth is the slope through all samples, per minute", () => {
  const growing = figuresOf([sample(0, 30), sample(1, 32, 9), sample(2, 34, 10)]);
  expect(growing.map(({ what, measured }) => [what.trim(), Number(measured.toFixed(3))])).toEqual([
    ["heap at the end", 34],
    ["growth a minute", 2],
    ["resident at the end", 100],
    ["growth a minute", 0],
    ["handles, growth a minute", 1],
    ["sockets, growth a minute", 0],
  ]);
});

test("one sample shows no growth", () => {
  expect(figuresOf([sample(1, 30)])[1]?.measured).toBe(0);
});
