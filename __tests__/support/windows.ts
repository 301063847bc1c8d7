import { join } from "node:path";

/** Why a test does not run on this machine if it is Windows; undefined on every other system. For `testWhere`. */
export const WINDOWS = process.platform === "win32" ? "Windows has no POSIX signals, modes and links" : undefined;

/** A script for `node --require`: programs take this machine for one with Windows. */
export const AS_ON_WINDOWS = join(__dirname, "as-on-windows.cjs");
