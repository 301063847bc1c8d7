import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, EXIT_CODES, SAY_HOW_TO_GO_ON } from "../../../../cli/process/command-error";
import { namesBelow, ROOT } from "../../../support/places";

const CALL = /\bsignals\.during\(/;

/** The commands whose sources handle signals: `cli/<command>.ts`, or a file of `cli/<command>/`. */
function handling(): readonly string[] {
  const cli = join(ROOT, "cli");
  const sources = namesBelow(cli).filter((path) => path.endsWith(".ts"));
  const found = sources.filter((path) => CALL.test(readFileSync(join(cli, path), "utf8")));
  return [...new Set(found.map((path) => path.replace(/[/.].*$/, "")))].sort();
}

test("help and reference name exactly the commands that say how to go on after a signal", () => {
  expect(handling()).toEqual([...SAY_HOW_TO_GO_ON]);
  const { meaning = "" } = EXIT_CODES.find(({ codes }) => codes.includes(EXIT.interrupted)) ?? {};
  for (const command of SAY_HOW_TO_GO_ON) expect(meaning).toContain(command);
  const page = readFileSync(join(ROOT, "docs/how-to/troubleshooting.md"), "utf8");
  const [guide = ""] = page.split("## Interrupted runs\n\n")[1]?.split("\n\n") ?? [];
  const named = [...guide.matchAll(/`([a-z]+)(?::live)?`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual([...SAY_HOW_TO_GO_ON]);
});
