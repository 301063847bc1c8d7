import { readFileSync } from "node:fs";

/** One tick of USER_HZ, which Linux fixes at 100 for what it shows in /proc. */
const TICK_MICROSECONDS = 10_000;

/** Processor time of a process since its start, in microseconds; undefined where there is no /proc. */
export function processorTime(pid: number): number | undefined {
  // The name in parentheses may hold spaces; state is the first field behind it.
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** Resident memory of a process, in megabytes; undefined where there is no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "") ?? [];
  return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1_000_000;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
