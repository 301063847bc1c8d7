import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./places";

/** Files in a folder of rules that are not rules. */
const NO_RULES = ["bootstrap.ts", "expectations.ts", "judge.ts", "warnings.ts"];

/** Every rule that the files of a folder of `intent/` export. */
export function exportedRules(folder: string): unknown[] {
  const path = join(ROOT, "intent", folder);
  const files = readdirSync(path).filter((file) => file.endsWith(".ts") && !NO_RULES.includes(file));
  const modules = files.map((file) => require(join(path, file)) as Record<string, unknown>);
  return modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === "function");
}
