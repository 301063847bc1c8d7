"use strict";
/**
 * Preloaded into a measured process. At its end it writes the largest resident memory, in bytes, to the file that
 * PEAK_MEMORY_FILE names. On Linux it reads /proc, because `maxRSS` starts from the parent's value at the fork.
 */
const { existsSync, readFileSync, writeFileSync } = require("node:fs");

const STATUS = "/proc/self/status";

process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakKilobytes() * 1024)));

function peakKilobytes() {
  const peak = existsSync(STATUS) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, "utf8"));
  return peak ? Number(peak[1]) : process.resourceUsage().maxRSS;
}
