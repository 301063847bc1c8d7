import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";
import { describeWhere } from "./describe-where";

/** Names of the binary in Debian, Ubuntu, Arch and Google's own packages. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Loads nothing but a test's pages: no updates, no lookups of the vendor's hosts, and no sandbox, which root cannot
 * use. Text has no coloured edges, which make a picture half as large again.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-lcd-text",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of a Chromium on this machine: that of `CHROMIUM`, or the first usual name on `PATH`. */
export function chromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** A new headless browser with an empty profile, and further parameters; the caller closes it. */
export async function openBrowser(...more: readonly string[]): Promise<Browser> {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium here: a test asks describeInChromium first");
  return playwright.launch({ executablePath, args: [...ARGUMENTS, ...more], headless: true });
}

/** Declares tests in a real browser. Without a browser, they are reported once as skipped. */
export function describeInChromium(name: string, tests: () => void): void {
  const missing = chromium() === undefined ? "no Chromium on this machine (set CHROMIUM=/path/to/it)" : undefined;
  describeWhere(missing, name, tests);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
