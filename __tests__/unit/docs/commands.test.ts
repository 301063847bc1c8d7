import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { EXIT } from "../../../cli/process/command-error";
import { scriptNames } from "../../../cli/process/commands";
import { addCommands } from "../../../cli/program";
import { scripts } from "../../../package.json";
import { ROOT } from "../../support/places";

test("the table of exit codes lists success and the exit codes of all commands", () => {
  const page = readFileSync(join(ROOT, "docs/reference/commands.md"), "utf8");
  const [, section = ""] = page.split("\n## Exit codes\n");
  const cells = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| ([\d, ]+) \|/gm)].map(([, cell = ""]) => cell);
  const codes = cells.flatMap((cell) => cell.split(", ").map(Number));
  expect(codes.sort((a, b) => a - b)).toEqual([0, ...Object.values(EXIT)].sort((a, b) => a - b));
});

test("each command is an npm script of the same name, and no script calls the program by another name", () => {
  const program = new Command();
  addCommands(program);
  const calls = Object.entries(scripts).filter(([, line]) => line.startsWith("node cli/run.cjs"));
  const expected = scriptNames(program).map((name) => [name, `node cli/run.cjs ${name}`]);
  expect(calls.sort()).toEqual(expected.sort());
});
