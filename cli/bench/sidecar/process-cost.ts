import { readFileSync } from "node:fs";

/** One tick of USER_HZ, which Linux fixes at 100 for the values in /proc. */
const TICK_MICROSECONDS = 10_000;

/** Processor time of a process since its start, in microseconds; undefined if there is no /proc. */
export function processorTime(pid: number): number | undefined {
  // The name in parentheses may contain spaces; the state is the first field after it.
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** Resident memory of a process, in megabytes; undefined if there is no /proc. */
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
