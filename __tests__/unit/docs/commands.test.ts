import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "../../../cli/process/command-error";
import { ROOT } from "../../support/places";

test("the table of exit codes lists success and the exit codes of all commands", () => {
  const page = readFileSync(join(ROOT, "docs/reference/commands.md"), "utf8");
  const [, section = ""] = page.split("\n## Exit codes\n");
  const cells = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| ([\d, ]+) \|/gm)].map(([, cell = ""]) => cell);
  const codes = cells.flatMap((cell) => cell.split(", ").map(Number));
  expect(codes.sort((a, b) => a - b)).toEqual([0, ...Object.values(EXIT)].sort((a, b) => a - b));
});
