import { type Figure, meetsAim, ratioOf, tableLines } from "../../../../bench/measure/figure";

const figure = (rest: Partial<Figure>): Figure => ({ what: "time", unit: "ms", measured: 300, ...rest });

test("a ratio is the measured value divided by its baseline; without a baseline there is no ratio", () => {
  expect(ratioOf(figure({ baseline: 200 }))).toBe(1.5);
  expect(ratioOf(figure({}))).toBeUndefined();
});

test("a ratio that equals its aim meets it", () => {
  expect(meetsAim(figure({ baseline: 200, aim: { times: 1.5 } }))).toBe(true);
  expect(meetsAim(figure({ baseline: 199, aim: { times: 1.5 } }))).toBe(false);
});

test("an aim in the figure's own unit needs no baseline", () => {
  expect(meetsAim(figure({ measured: 0, aim: { value: 0 } }))).toBe(true);
  expect(meetsAim(figure({ measured: 1, baseline: 100, aim: { value: 0 } }))).toBe(false);
});

test("no aim is neither met nor missed, and an aim relative to a missing baseline throws", () => {
  expect(meetsAim(figure({ baseline: 200 }))).toBeUndefined();
  expect(() => meetsAim(figure({ aim: { times: 2 } }))).toThrow("no baseline");
});

test("a table has a title, a head and one aligned line per figure, which says whether its aim is met", () => {
  const lines = tableLines("synthesis: against a bare program", [
    { what: "time", unit: "ms", measured: 263.4, baseline: 219, aim: { times: 1.5 } },
    { what: "peak memory", unit: "MB", measured: 105.6, baseline: 70.6, aim: { times: 1.3 } },
    { what: "whole bundle", unit: "kB", measured: 29.06, aim: { value: 30 } },
    { what: "a verification", unit: "µs", measured: 8.126, baseline: 4.063 },
    { what: "calls", unit: "calls", measured: 0, aim: { value: 0 } },
  ]);
  expect(lines).toEqual([
    "synthesis: against a bare program",
    "                                                      measured      baseline   ratio       aim  met",
    "  time                                                  263 ms        219 ms   1.20x   <= 1.5x  yes",
    "  peak memory                                           106 MB       70.6 MB   1.50x   <= 1.3x   no",
    "  whole bundle                                         29.1 kB                        <= 30 kB  yes",
    "  a verification                                       8.13 µs       4.06 µs   2.00x",
    "  calls                                                0 calls                      <= 0 calls  yes",
  ]);
});

test("a benchmark that measures nothing still has its title", () => {
  expect(tableLines("empty", [])[0]).toBe("empty");
});
