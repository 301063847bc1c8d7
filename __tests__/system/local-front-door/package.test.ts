import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreignStack, LAMBDA_BACKEND_FAULTS } from "../../support/local/foreign-stacks";
import { AS_ON_WINDOWS } from "../../support/windows";
import { packedInto } from "../package/support/project";

/** The package as a user gets it: from its tarball, in a separate folder, without a registry. */
const folder = mkdtempSync(join(tmpdir(), "front-door-package-"));
afterAll(() => rmSync(folder, { recursive: true }));

const npm = (cwd: string, ...args: readonly string[]) =>
  execFileSync("npm", [...args, "--no-audit", "--no-fund"], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
const BIN = join(folder, "node_modules", ".bin", "local-front-door");
const run = (...args: readonly string[]) => spawnSync(BIN, args, { cwd: folder, encoding: "utf8", timeout: 60_000 });

beforeAll(() => {
  const tarball = packedInto(folder, "local-front-door");
  writeFileSync(join(folder, "package.json"), "{}");
  npm(folder, "install", "--offline", "--ignore-scripts", `./${tarball}`);
});

test("it contains everything that it needs, and nothing else of this repository", () => {
  const installed = readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["local-front-door"]);
  const home = join(folder, "node_modules", "local-front-door");
  expect(readdirSync(home).sort()).toEqual(["README.md", "dist", "package.json", "run.cjs"]);
  expect(readFileSync(join(home, "dist", "LICENSES.txt"), "utf8")).toMatch(/^oauth2-mock-server [\d.]+ \(MIT\)$/m);
});

test("strictly, it lists everything that it does not support, and opens nothing", () => {
  expect(refusedBy("--strict")).toEqual([1, "", LAMBDA_BACKEND_FAULTS]);
});

test("otherwise it opens nothing only for what may decide any request", () => {
  const any = ["provider.aws.profile", "provider.aws.region", "aws_apigatewayv2_api.tasks.target"];
  expect(refusedBy()).toEqual([1, "", [...any, "aws_apigatewayv2_route.tasks.route_key"]]);
});

test("on Windows, it says where to run it", () => {
  const args = ["--require", AS_ON_WINDOWS, BIN, foreignStack("jwt-authorizer")];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([status, stderr]).toEqual([64, expect.stringContaining("got Windows, expected Linux or macOS")]);
});

/** Exit code, output, and the addresses in the error. */
function refusedBy(...options: readonly string[]) {
  const { status, stdout, stderr } = run(foreignStack("lambda-backend"), ...options);
  const [, ...lines] = stderr.trimEnd().split("\n");
  return [status, stdout, lines.map((line) => line.trim().split(": ")[0])];
}

test.each([
  ["no file", []],
  ["two files", ["a", "b"]],
  ["a missing file", ["nowhere.tf.json"]],
  ["a file that is not JSON", [BIN]],
  ["an invalid port", [foreignStack("jwt-authorizer"), "--port", "70000"]],
  ["a service without an answer", [foreignStack("jwt-authorizer"), "--service", "notes"]],
  ["an unknown option", ["--fast"]],
])("%s is a usage error: 64", (_, args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout, stderr.includes("\n    at ")]).toEqual([64, "", false]);
});

test("it opens a stack's front door until it is interrupted, and the printed commands get tokens", async () => {
  const child = spawn(BIN, [foreignStack("jwt-authorizer")], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const printed = await printedUntil(child, "a token of partner");
    const [, url = ""] = /^jwt-authorizer\.tf\.json: (\S+)/.exec(printed) ?? [];
    const tokens = [...printed.matchAll(/^ {2}(curl .*)$/gm)].map(([, command = ""]) => tokenBy(command));
    const status = async (path: string, token?: string) =>
      (await fetch(url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status;
    expect([await status("/health"), await status("/notes")]).toEqual([200, 401]);
    expect([await status("/notes", tokens[0]), await status("/partner/a", tokens[1])]).toEqual([200, 200]);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

async function printedUntil(child: ChildProcess, last: string): Promise<string> {
  let printed = "";
  for await (const text of child.stdout ?? []) {
    printed += text;
    if (printed.includes(last) && printed.endsWith("\n")) return printed;
  }
  throw new Error(`it ended, and had printed:\n${printed}`);
}

function tokenBy(command: string): string {
  return JSON.parse(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8" })).access_token;
}
