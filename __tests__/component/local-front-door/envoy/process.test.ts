import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvoyProcess } from "../../../../packages/local-front-door/services/sidecars";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "front-door-process-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in Envoy's place, which does what the test asks. */
async function started(script: string, ...args: readonly string[]): Promise<string> {
  const binary = join(folder, "envoy");
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  const ended: string[] = [];
  const probe = { port: 1, path: "/ready" };
  const props = { binary, args, address: "x.args", probe, onLine: () => {}, onEnd: (why: string) => ended.push(why) };
  try {
    await (await EnvoyProcess.start(props)).stop();
    return "started";
  } catch (error) {
    expect(ended).toEqual([]);
    return (error as Error).message;
  }
}

const LOG = "[2026-11-25 10:00:00.000][7][critical][main] [source/server/server.cc:1] ";

test("an error in its log is reported without time and source line, and without earlier lines", async () => {
  const script = `echo '${LOG.replace("critical", "warning")}by the way' >&2; echo '${LOG}no such field' >&2; exit 1`;
  expect(await started(script)).toBe("x.args: Envoy does not start: ended with 1\n    no such field");
});

test("without an error in its log, its last lines are reported", async () => {
  expect(await started("echo one >&2; echo two >&2; exit 3")).toBe(
    "x.args: Envoy does not start: ended with 3\n    one\n    two",
  );
});

test("a token in its log is withheld", async () => {
  expect(await started(`echo '${LOG}bad ${TOKEN}' >&2; exit 1`)).toBe(
    "x.args: Envoy does not start: ended with 1\n    bad (token withheld)",
  );
});

test("it gets its arguments and nothing of this process's environment", async () => {
  process.env.OF_THE_SHELL = "secret";
  const said = await started('echo "$1 $2 [$OF_THE_SHELL] [$HOME]" >&2; exit 1', "--a", "b c");
  delete process.env.OF_THE_SHELL;
  expect(said).toContain("--a b c [] []");
});

test("the shell reports one that cannot be run at all", async () => {
  const props = { args: [], address: "x.args", probe: { port: 1, path: "/" }, onLine: () => {}, onEnd: () => {} };
  await expect(EnvoyProcess.start({ ...props, binary: join(folder, "nowhere") })).rejects.toThrow(
    /^x\.args: Envoy does not start: ended with 127\n.*nowhere: not found/,
  );
});
