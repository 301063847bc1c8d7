import { spawn } from "node:child_process";
import { once } from "node:events";
import { commandLine, ProjectCopy } from "../../../support/command";
import { testWhere } from "../../../support/describe-where";
import { NO_TERMINAL } from "../../../support/terminal";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

testWhere(NO_TERMINAL)(
  "at a terminal each request is a line: time, method, path, caller, status, reason, milliseconds",
  async () => {
    const line = [process.execPath, ...commandLine(["local", "dev"])].map((part) => `'${part}'`).join(" ");
    const command = `exec ${line}`;
    const door = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: project.folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    try {
      let seen = "";
      door.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
      const sees = async (pattern: RegExp) => {
        for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
          const found = pattern.exec(seen);
          if (found) return found;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        throw new Error(`never seen ${pattern}:\n${seen}`);
      };
      const [, url] = await sees(/^dev: (http:\S+)/m);
      await fetch(`${url}/orders?code=secret`, { method: "POST", headers: { authorization: "Bearer eyJ.no.token" } });
      const [line] = await sees(/^\d\d:\d\d:\d\d {2}POST .* ms\r?$/m);
      expect(line).toMatch(
        / {2}POST {2}\/orders {2}unknown {2}403 {2}the token is not a JWT; config\/base\.yaml:\d+ {2}\d+ ms/,
      );
      expect(seen).not.toMatch(/code=secret|eyJ\.no/);
      door.stdin.write("\u0003");
      await sees(/dev: you interrupted: the front door is closed/);
    } finally {
      if (door.exitCode === null) {
        door.kill();
        await once(door, "close");
      }
    }
  },
  120_000,
);
