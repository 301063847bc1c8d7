import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./places";

/** Every function that the files of a folder of `intent/` export. */
export function exportedFunctions(folder: string): unknown[] {
  const path = join(ROOT, "intent", folder);
  const modules = readdirSync(path).map((file) => require(join(path, file)) as Record<string, unknown>);
  return modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === "function");
}
