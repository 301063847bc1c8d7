import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";
import { ExampleDoor } from "./support/example-door";

const EXAMPLE = join(ROOT, "examples/call-from-typescript");
const GENERATOR = join(EXAMPLE, "node_modules/openapi-typescript/bin/cli.js");
const BIN = join(ROOT, "node_modules/.bin");

let door: ExampleDoor;
const folder = mkdtempSync(join(tmpdir(), "front-door-typed-"));
beforeAll(async () => {
  door = await ExampleDoor.open("http", "reporting-agent");
  for (const name of ["call.ts", "tsconfig.json"]) cpSync(join(EXAMPLE, name), join(folder, name));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  run(process.execPath, GENERATOR, door.stack.openApiFile, "--output", join(folder, "front-door.d.ts"));
});
afterAll(async () => {
  await door?.close();
  rmSync(folder, { recursive: true });
});

function run(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

const compile = () => run(join(BIN, "tsc"), "--project", folder);

/** Returns the example's output. It runs asynchronously, because the front door is in this process. */
function call(token: string): Promise<string> {
  run(join(BIN, "esbuild"), "call.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=call.mjs");
  const env = { PATH: process.env.PATH, FRONT_DOOR_URL: door.clouds.url, TOKEN: token };
  const child = spawn(process.execPath, ["call.mjs"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve) => {
    let out = "";
    child.stdout.on("data", (text) => (out += text));
    child.on("close", () => resolve(out));
  });
}

test("a client generated from the document compiles, and calls the front door", async () => {
  compile();
  const caller = door.clouds.callers.find(({ name }) => name === "workforce/0oa1example");
  expect(await call((await caller?.sign?.({ scp: ["orders/read"] })) ?? "")).toMatch(
    /^200 \{.*"service":"storefront-dev-orders".*"target":"\/orders\/7"/,
  );
  expect(await call("")).toMatch(/^40[13] \{"message":"(Unauthorized|Forbidden)"\}$/m);
});

test("a call of a route that the front door lacks does not compile", () => {
  const file = join(folder, "call.ts");
  const text = readFileSync(file, "utf8");
  try {
    writeFileSync(file, text.replace('"/orders/{id}"', '"/orders/{id}/none"'));
    expect(compile).toThrow(/call\.ts\(\d+,\d+\): error TS/);
  } finally {
    writeFileSync(file, text);
  }
});
