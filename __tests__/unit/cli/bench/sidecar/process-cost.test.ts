import { existsSync } from "node:fs";
import { processorTime, residentMegabytes } from "../../../../../cli/bench/sidecar/sidecar";
import { describeWhere } from "../../../../support/describe-where";

describeWhere(existsSync("/proc/self/stat") ? undefined : "there is no /proc", "the cost of a process", () => {
  test("includes its processor time, which grows as it works", () => {
    const before = processorTime(process.pid) ?? Number.NaN;
    const { user, system } = process.cpuUsage();
    // In ticks of ten milliseconds, of which a part may be lost.
    expect(Math.abs(before - (user + system))).toBeLessThan(50_000);
  });

  test("includes its resident memory, in megabytes", () => {
    const measured = (residentMegabytes(process.pid) ?? Number.NaN) / (process.memoryUsage.rss() / 1_000_000);
    expect(Math.abs(measured - 1)).toBeLessThan(0.1);
  });
});

test("the cost of an ended process is undefined", () => {
  expect([processorTime(2 ** 30), residentMegabytes(2 ** 30)]).toEqual([undefined, undefined]);
});
