import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ProjectCopy } from "../../../support/command";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

testWhere(WINDOWS)("the door closes when npm, which started it, is killed", async () => {
  // `--silent` leaves npm's own lines out.
  const npm = spawn("npm", ["run", "--silent", "local", "--", "dev", "--port", "0"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  npm.stdout.on("data", (text) => {
    printed += text;
  });
  while (!/^dev: http\S+ .*ready/m.test(printed)) await sleep(20);
  const file = project.path(".build/local.dev.json");
  expect(existsSync(file)).toBe(true);
  npm.kill("SIGTERM");
  await once(npm, "exit");
  // The door's standard output ends with the door alone.
  await once(npm.stdout, "close");
  expect(existsSync(file)).toBe(false);
});
