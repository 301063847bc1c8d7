import { type Figure, meetsAim, ratioOf } from "../../../../../cli/bench/measure/figure";

const figure = (rest: Partial<Figure>): Figure => ({ what: "time", unit: "ms", measured: 300, ...rest });

test("a ratio is what was measured over its baseline, and nothing without one", () => {
  expect(ratioOf(figure({ baseline: 200 }))).toBe(1.5);
  expect(ratioOf(figure({}))).toBeUndefined();
});

test("an aim in times of the baseline is met up to that very ratio", () => {
  expect(meetsAim(figure({ baseline: 200, aim: { times: 1.5 } }))).toBe(true);
  expect(meetsAim(figure({ baseline: 199, aim: { times: 1.5 } }))).toBe(false);
});

test("an aim in the figure's own unit needs no baseline", () => {
  expect(meetsAim(figure({ measured: 0, aim: { value: 0 } }))).toBe(true);
  expect(meetsAim(figure({ measured: 1, baseline: 100, aim: { value: 0 } }))).toBe(false);
});

test("without an aim there is nothing to meet, and an aim in times of nothing is a mistake", () => {
  expect(meetsAim(figure({ baseline: 200 }))).toBeUndefined();
  expect(() => meetsAim(figure({ aim: { times: 2 } }))).toThrow("no baseline");
});
