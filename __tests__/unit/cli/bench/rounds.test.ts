import { inTurns, medianOf } from "../../../../cli/bench/rounds";

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
  const series = inTurns("synthesis", 2, { bare: counted("bare", 0), ours: counted("ours", 100) });
  expect(order).toEqual(["bare", "ours", "bare", "ours", "bare", "ours"]);
  expect(series).toEqual({ bare: [3, 5], ours: [104, 106] });
  expect(progress).toEqual(["synthesis: warming up", "synthesis: round 1 of 2", "synthesis: round 2 of 2"]);
});

test("of costs with several numbers each one has a median of its own", () => {
  const costs = [
    { time: 1, memory: 30 },
    { time: 2, memory: 10 },
    { time: 3, memory: 20 },
  ];
  expect([medianOf(costs, ({ time }) => time), medianOf(costs, ({ memory }) => memory)]).toEqual([2, 20]);
});
