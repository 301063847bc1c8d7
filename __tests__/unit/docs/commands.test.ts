import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { EXIT } from "../../../cli/process/command-error";
import { scriptNames, visibleCommands } from "../../../cli/process/commands";
import { addCommands } from "../../../cli/program";
import { scripts } from "../../../package.json";
import { namesBelow, ROOT } from "../../support/places";

test("the table of exit codes lists success and the exit codes of all commands", () => {
  const page = readFileSync(join(ROOT, "docs/reference/commands.md"), "utf8");
  const [, section = ""] = page.split("\n## Exit codes\n");
  const cells = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| ([\d, ]+) \|/gm)].map(([, cell = ""]) => cell);
  const codes = cells.flatMap((cell) => cell.split(", ").map(Number));
  expect(codes.sort((a, b) => a - b)).toEqual([0, ...Object.values(EXIT)].sort((a, b) => a - b));
});

test("in this repository, each command is an npm script of the same name, and no script calls the program by another name", () => {
  const program = new Command();
  addCommands(program);
  const calls = Object.entries(scripts).filter(([, line]) => line.startsWith("node cli/run.cjs"));
  const names = visibleCommands(program).map((command) => command.name());
  const expected = names
    .filter((name) => !["completion", "init"].includes(name))
    .map((name) => [name, `node cli/run.cjs ${name}`]);
  expect(calls.sort()).toEqual(expected.sort());
});

test("help and a new project have at most twelve commands, and every text names a command by a script that a project has", () => {
  const program = new Command();
  addCommands(program);
  const scriptsOfProject = scriptNames(program);
  expect(scriptsOfProject.length).toBeLessThan(12);
  const names = visibleCommands(program).map((command) => command.name());
  const texts = ["docs", "cli", "packages"]
    .flatMap((folder) => namesBelow(join(ROOT, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => /\.(md|ts|yml)$/.test(path) && !/\/(node_modules|adr|dist)\//.test(path))
    .filter((path) => path !== "docs/contributing.md");
  const wrong = texts.flatMap((path) => {
    // Pages have marks of this repository, in which each command is a script.
    const text = readFileSync(join(ROOT, path), "utf8")
      .replace(/<!-- .* -->/g, "")
      .replaceAll("${name}: npm run generate", "");
    const run = [...text.matchAll(/npm run (?:-s )?([a-z]+)\b(?! --workspace)/g)].map(([, name = ""]) => name);
    const direct = [...text.matchAll(/npx front-door ([a-z]+)/g)].map(([, name = ""]) => name);
    return [
      ...run.filter((name) => names.includes(name) && !scriptsOfProject.includes(name)),
      ...direct.filter((name) => !names.includes(name)),
    ].map((name) => `${path}: ${name}`);
  });
  expect(wrong).toEqual([]);
});
