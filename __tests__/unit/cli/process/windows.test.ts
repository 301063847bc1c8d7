import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "../../../../cli/process/command-error";
import { NOT_ON_WINDOWS, refuseOnWindows } from "../../../../cli/process/commands";
import { ROOT } from "../../../support/places";

const page = (path: string) => readFileSync(join(ROOT, "docs", path), "utf8");

test("a command that does not run on Windows is a usage error there, and runs elsewhere", () => {
  for (const command of NOT_ON_WINDOWS) {
    const refused = { exitCode: EXIT.usage, message: expect.stringContaining(`${command}: got Windows`) };
    expect(() => refuseOnWindows(command, "win32")).toThrow(expect.objectContaining(refused));
    for (const platform of ["linux", "darwin"] as const) refuseOnWindows(command, platform);
  }
  for (const command of ["synth", "review", "init", "upgrade"]) refuseOnWindows(command, "win32");
});

test("the documentation divides all commands into those that run on Windows and those that do not", () => {
  const [, section = ""] = page("how-to/troubleshooting.md").split("\n## Windows\n");
  const rows = [...section.matchAll(/^\| (yes|no) \| (.+?) \|/gm)].map(([, runs, names = ""]) => ({
    runs,
    names: [...names.matchAll(/`([\w -]+)`/g)].map(([, name]) => name),
  }));
  const named = (which: string) => rows.flatMap(({ runs, names }) => (runs === which ? names : [])).sort();
  expect(named("no")).toEqual([...NOT_ON_WINDOWS].sort());
  const commands = [...page("reference/commands.md").matchAll(/^### (?!pipeline )([\w-]+)$/gm)].map(([, name]) => name);
  expect([...named("yes"), ...named("no")].sort()).toEqual(commands.sort());
});
