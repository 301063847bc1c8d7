import { existsSync } from "node:fs";
import { processorTime, residentMegabytes } from "../../../../../cli/bench/sidecar/sidecar";
import { describeWhere } from "../../../../support/describe-where";

describeWhere(existsSync("/proc/self/stat") ? undefined : "there is no /proc", "what a process costs", () => {
  test("is its processor time, which grows as it works", () => {
    const before = processorTime(process.pid) ?? Number.NaN;
    const { user, system } = process.cpuUsage();
    // In ticks of ten milliseconds, of which a part may be lost.
    expect(Math.abs(before - (user + system))).toBeLessThan(50_000);
  });

  test("and its resident memory, in megabytes", () => {
    const measured = (residentMegabytes(process.pid) ?? Number.NaN) / (process.memoryUsage.rss() / 1_000_000);
    expect(Math.abs(measured - 1)).toBeLessThan(0.1);
  });
});

test("of a process that is gone nothing is known", () => {
  expect([processorTime(2 ** 30), residentMegabytes(2 ** 30)]).toEqual([undefined, undefined]);
});
