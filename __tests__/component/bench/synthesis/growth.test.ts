import { figuresOf, restFigures } from "../../../../bench/synthesis/growth";

const point = (label: string, resources: number, milliseconds: number, peakMegabytes: number) => ({
  label,
  resources,
  milliseconds,
  peakMegabytes,
});

const figures = figuresOf([
  point("example", 100, 300, 80),
  point("50 routes", 200, 400, 90),
  point("100 routes", 400, 600, 100),
  point("300 routes", 1000, 900, 130),
]);

test("compares the largest project with the example, per resource", () => {
  expect(figures.slice(0, 2)).toEqual([
    { what: "time per resource at 300 routes", unit: "ms", measured: 0.9, baseline: 3, aim: { times: 1.2 } },
    { what: "peak memory per resource at 300 routes", unit: "MB", measured: 0.13, baseline: 0.8, aim: { times: 1.2 } },
  ]);
});

test("the cost of a further resource is the slope between the two largest projects, without the common start-up", () => {
  expect(figures[2]).toEqual({
    what: "time of each further resource, to 300 routes",
    unit: "ms",
    measured: 0.5,
    baseline: 3,
  });
});

test("prints every point of the curve next to the example", () => {
  expect(figures.slice(3).map(({ what }) => what)).toEqual(
    ["50 routes", "100 routes", "300 routes"].flatMap((label) => [
      `${label}: resources`,
      `${label}: time`,
      `${label}: peak memory`,
    ]),
  );
  expect(figures.at(-1)).toEqual({ what: "300 routes: peak memory", unit: "MB", measured: 130, baseline: 80 });
});

test("compares a REST API with the example too, per resource", () => {
  const rest = restFigures([point("example", 100, 300, 80), point("300 REST routes", 2000, 2400, 150)]);
  expect(rest).toEqual([
    { what: "time per resource at 300 REST routes", unit: "ms", measured: 1.2, baseline: 3, aim: { times: 1.3 } },
    { what: "300 REST routes: resources", unit: "resources", measured: 2000, baseline: 100 },
    { what: "300 REST routes: time", unit: "ms", measured: 2400, baseline: 300 },
    { what: "300 REST routes: peak memory", unit: "MB", measured: 150, baseline: 80 },
  ]);
  expect(() => restFigures([])).toThrow("a curve of no points");
});

test("a curve needs at least two points", () => {
  expect(() => figuresOf([point("example", 1, 1, 1), point("10 routes", 1, 1, 1)])).toThrow("a curve of no points");
});
