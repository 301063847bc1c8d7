import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../support/command";

jest.setTimeout(60_000);

const CURL = spawnSync("curl", ["--version"]).status === 0;

const project = new ProjectCopy();
const open: LocalCommand[] = [];
afterAll(async () => {
  for (const each of open.splice(0)) await each.close();
  project.remove();
});

/** `npm run local`, running, with all that it has printed. */
class LocalCommand {
  private printed = "";
  private readonly child: ChildProcess;

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, ["cli/run.cjs", "local", ...args], {
      cwd: project.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.printed += text));
    open.push(this);
  }

  /** The first match in what is printed from here on, or from the start. */
  async prints(pattern: RegExp, since = 0): Promise<RegExpExecArray> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
      const found = pattern.exec(this.printed.slice(since));
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never printed ${pattern}:\n${this.printed}`);
  }

  get length(): number {
    return this.printed.length;
  }

  /** Ctrl-C; the exit code. */
  async close(): Promise<number | null> {
    if (this.child.exitCode === null) {
      this.child.kill("SIGINT");
      await once(this.child, "exit");
    }
    return this.child.exitCode;
  }
}

/** The line printed below a caller's name. */
async function lineOf(command: LocalCommand, caller: string): Promise<string> {
  const [, line = ""] = await command.prints(new RegExp(`^${caller}.*\\n {2}(.+)$`, "m"));
  return line;
}

async function status(url: string): Promise<number> {
  return (await fetch(url)).status;
}

test("from the config to an allowed and a refused call, live changes, and a clean end", async () => {
  const door = new LocalCommand("dev");
  const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
  expect([await status(`${url}/products`), await status(`${url}/orders`)]).toEqual([200, 401]);
  if (CURL) {
    const run = async (caller: string) =>
      spawnSync("sh", ["-c", await lineOf(door, caller)], { encoding: "utf8" }).stdout;
    for (const caller of ["customers/reporting-agent", "customers/support-desk", "workforce/0oa1example", "aws/arn"]) {
      expect([caller, JSON.parse(await run(caller))]).toEqual([caller, expect.objectContaining({ method: "GET" })]);
    }
    expect(JSON.parse(await run("nobody"))).toEqual({ message: "Unauthorized" });
  }
  expect(await lineOf(door, "customers/web")).toMatch(/\/storefront-dev\/oauth2\/authorize\?response_type=code&/);

  const base = project.path("config/base.yaml");
  const text = readFileSync(base, "utf8");
  let since = door.length;
  writeFileSync(base, text.replace("GET /products: public", "GET /products: open to all"));
  await door.prints(/config\/base\.yaml:\d+:\d+ [\s\S]*the door stays as it was/, since);
  expect(await status(`${url}/products`)).toBe(200);

  since = door.length;
  writeFileSync(base, text.replace("GET /products: public", "GET /goods: public"));
  await door.prints(/^dev: .*ready/m, since);
  expect([await status(`${url}/products`), await status(`${url}/goods`)]).toEqual([404, 200]);
  writeFileSync(base, text);

  expect(await door.close()).toBe(0);
  await door.prints(/^dev: closed$/m);
  await expect(fetch(url)).rejects.toThrow();
});

describe("--matrix", () => {
  test("every answer is what the ledger says, and the matrix is written down", () => {
    const { code, out, error } = project.run(["local", "dev", "--matrix"]);
    expect([code, error]).toEqual([0, ""]);
    expect(out).toContain("every answer is what synthesized/dev/access.md says");
    expect(out).toMatch(/^GET \/orders +\(401\) +200 +200 +\(403\) +200 +200$/m);
    const written = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
    expect([written.environment, written.contradictions, written.cells.length]).toEqual(["dev", [], 120]);
    expect(JSON.stringify(written)).not.toContain("eyJ");
  });

  test("a ledger that says something else fails, and each row at fault is named", () => {
    const ledger = project.path("synthesized/dev/access.md");
    const text = readFileSync(ledger, "utf8");
    const lines = text
      .split("\n")
      .filter((line) => !line.startsWith("| customers/support-desk | GET /accounts/{id} |"));
    lines.push("| customers/web | GET /orders/export | service storefront-dev-orders | - |");
    lines.push("| customers/ghost | GET /orders | service storefront-dev-orders | - |");
    writeFileSync(ledger, lines.join("\n"));
    const { code, out, error } = project.run(["local", "dev", "--matrix"]);
    writeFileSync(ledger, text);
    expect(code).toBe(1);
    expect(error.trim().split("\n").sort()).toEqual([
      expect.stringContaining("customers/support-desk got 200 from GET /accounts/{id}, which no row of access.md"),
      "customers/web got 403 from GET /orders/export, against the row | customers/web | GET /orders/export | service storefront-dev-orders |",
      "dev: behaviour contradicts synthesized/dev/access.md",
      "the stack has no such caller: | customers/ghost | GET /orders | service storefront-dev-orders |",
    ]);
    expect(out).toMatch(/^GET \/accounts\/\{id\} .* 200 !/m);
  });
});

test.each<[readonly string[], number, string]>([
  [["dex"], 2, "did you mean dev"],
  [["dev", "--service", "orders"], 2, "--service orders=:3000"],
  [["dev", "--port", "http"], 2, "--port http: expected a number"],
  [["dev", "--matrix", "--service", "orders=:1"], 2, "leave out --service"],
  [["dev", "--service", "order=:1"], 1, "google_cloud_run_v2_service.order: the stack has no such service"],
])("local %j is refused and says what to do", (args, code, message) => {
  const done = project.run(["local", ...args]);
  expect([done.code, done.error]).toEqual([code, expect.stringContaining(message)]);
});

test("a service starts with its secrets from the ignored file, and not without", async () => {
  const overlay = project.path("config/dev.yaml");
  const text = readFileSync(overlay, "utf8");
  const change = "    secrets: { PAYMENT_KEY: { version: 1 } }\n    environment: { LOG_LEVEL: debug }";
  writeFileSync(overlay, text.replace("    environment: { LOG_LEVEL: debug }", change));
  const program = `const { PAYMENT_KEY, PORT } = process.env;
    require("node:http").createServer((_, answer) => answer.end(PAYMENT_KEY)).listen(PORT, "127.0.0.1");`;
  writeFileSync(project.path("service.cjs"), program);
  const service = ["--service", `orders=${JSON.stringify(process.execPath)} service.cjs`];
  const missing = project.run(["local", "dev", ...service]);
  expect([missing.code, missing.error]).toEqual([
    1,
    expect.stringMatching(
      /env\.PAYMENT_KEY: \.build\/secrets\.dev\.env has no line storefront-dev-orders-payment-key=/,
    ),
  ]);
  writeFileSync(project.path(".build/secrets.dev.env"), "# mine\nstorefront-dev-orders-payment-key=k=1\n");
  const door = new LocalCommand("dev", ...service);
  const line = await lineOf(door, "customers/reporting-agent");
  if (CURL) expect(spawnSync("sh", ["-c", line], { encoding: "utf8" }).stdout).toBe("k=1");
  expect(await door.close()).toBe(0);
  writeFileSync(overlay, text);
});
