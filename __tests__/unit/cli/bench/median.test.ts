import { median } from "../../../../cli/bench/median";

test("the median of an odd number of runs is the one in the middle, whatever their order", () => {
  const runs = [300, 7, 12];
  expect(median(runs)).toBe(12);
  expect(runs).toEqual([300, 7, 12]);
});

test("one slow run does not move it", () => {
  expect(median([10, 11, 12, 13, 9000])).toBe(12);
});

test("of an even number it is the mean of the middle two, and numbers are not compared as text", () => {
  expect(median([100, 9, 20, 30])).toBe(25);
});

test("there is none of no runs", () => {
  expect(() => median([])).toThrow("the median of no values");
});
