import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { LocalOptions } from "../../../../cli/local/local";
import { ProjectCopy } from "../../../support/command";
import { describeWhere } from "../../../support/describe-where";
import { enterProject } from "../../../support/in-project";
import { LocalCommand } from "../../../support/local-command";
import { envoyBinary } from "../../envoy/support/binary";

jest.setTimeout(60_000);

const CURL = spawnSync("curl", ["--version"]).status === 0;

const project = new ProjectCopy("linked");
enterProject(project);
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

async function status(url: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { headers })).status;
}

/** A token, as the script of the page gets it. */
async function tokenFrom(page: string, key: string, caller: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };
  return (await fetch(`${page}/token`, { method: "POST", headers, body: caller })).text();
}

/** A service of dev that answers with its secret. */
const SERVICE = `orders=${JSON.stringify(process.execPath)} service.cjs`;
const LEVEL = "    environment: { LOG_LEVEL: debug }";
const PROGRAM = `const { PAYMENT_KEY, PORT } = process.env;
  require("node:http").createServer((_, answer) => answer.end(PAYMENT_KEY)).listen(PORT, "127.0.0.1");`;
project.edit("dev.yaml", LEVEL, `    secrets: { PAYMENT_KEY: { version: 1 } }\n${LEVEL}`);
writeFileSync(project.path("service.cjs"), PROGRAM);

const BASE = project.path("config/base.yaml");
const base = readFileSync(BASE, "utf8");

/** Doors that the tests of this file share, in their order. */
let dev: LocalCommand;
let staging: LocalCommand;

test("from the config to an allowed and a refused call", async () => {
  dev = new LocalCommand(project, "dev");
  const [, url = ""] = await dev.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
  expect([await status(`${url}/products`), await status(`${url}/orders`)]).toEqual([200, 401]);
  const [, api = "", key = ""] = await dev.prints(/^api: {2}(\S+)\/api#key=(\S+) /m);
  expect(await (await fetch(`${api}/openapi.json`)).json()).toMatchObject({ servers: [{ url }] });
  const token = await tokenFrom(api, key, "customers/reporting-agent");
  expect(await status(`${url}/orders`, { authorization: `Bearer ${token}` })).toBe(200);
  if (CURL) {
    const run = async (caller: string) =>
      spawnSync("sh", ["-c", await dev.lineOf(caller)], { cwd: project.folder, encoding: "utf8" }).stdout;
    // token.test.ts has a caller of each kind.
    for (const caller of ["customers/reporting-agent", "aws/arn"]) {
      expect([caller, JSON.parse(await run(caller))]).toEqual([caller, expect.objectContaining({ method: "GET" })]);
    }
    expect(JSON.parse(await run("no token"))).toEqual({ message: "Unauthorized" });
  }
  // Standard output is no terminal, so requests print no lines. If a function fails, a Node other than the declared one is named.
  expect(dev.text).not.toMatch(/ ms$|runs in Node/m);
});

test("a person's sign-in ends on a page with the token's claims and a call that works, and without the token", async () => {
  const line = await dev.lineOf("customers/web");
  const login = line.replace("in a browser: ", "").replace("/oauth2/authorize?", "/login?");
  const page = await fetch(login, { method: "POST", body: new URLSearchParams({ username: "bob" }) });
  const text = await page.text();
  const plain = text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  expect([page.status, plain.includes("Signed in as bob"), /eyJ/.test(text)]).toEqual([200, true, false]);
  expect(plain).toMatch(/username<\/th><td><code>bob</);
  const [, call = ""] = /<pre[^>]*>(curl [^<]+)</.exec(plain) ?? [];
  expect(call).toContain("-- dev --as customers/web --user bob");
  if (CURL) {
    const { stdout } = spawnSync("sh", ["-c", call], { cwd: project.folder, encoding: "utf8" });
    const { headers } = JSON.parse(stdout) as { readonly headers: readonly (readonly [string, string])[] };
    expect(headers.find(([name]) => name === "x-caller-subject")?.[1]).toBe("bob");
  }
  // A code works only once.
  expect((await fetch(page.url)).status).toBe(400);
});

test("a wrong change of the config leaves an open door as it was, and a valid one takes effect", async () => {
  const [, url = ""] = await dev.prints(/^dev: (http:\S+) /m);
  let since = dev.length;
  writeFileSync(BASE, base.replace("GET /products: public", "GET /products: open to all"));
  await dev.prints(/config\/base\.yaml:\d+:\d+ [\s\S]*the door stays as it was/, since);
  expect(await status(`${url}/products`)).toBe(200);

  since = dev.length;
  writeFileSync(BASE, base.replace("GET /products: public", "GET /goods: public"));
  await dev.prints(/^dev: .*ready/m, since);
  expect([await status(`${url}/products`), await status(`${url}/goods`)]).toEqual([404, 200]);
});

test("a second door prints the port that it uses instead, and a requested port must be free", async () => {
  const [, url = ""] = await dev.prints(/^dev: (http:\S+) /m);
  const { port } = new URL(url);
  const refused = project.run(["local", "staging", "--port", port]);
  expect([refused.code, refused.error]).toEqual([64, expect.stringContaining(`--port ${port}: expected a free port`)]);
  staging = new LocalCommand(project, "staging");
  const [, own = ""] = await staging.prints(/^staging: http:\S+:(\d+) /m);
  // If another test's door had the usual port when the first one started, it may be free again.
  const isNamed = own === "8080" || staging.text.includes(`port 8080 is taken: this front door has ${own} `);
  expect([own === port, isNamed]).toEqual([false, true]);
});

test("a service does not start without its secrets in the ignored file", () => {
  const { code, error } = project.run(["local", "dev", "--service", SERVICE]);
  const line = /env\.PAYMENT_KEY: \.build\/secrets\.dev\.env has no line storefront-dev-orders-payment-key=/;
  expect([code, error]).toEqual([1, expect.stringMatching(line)]);
});

test("the next start removes a killed door's temporary files, and no files of an open door", async () => {
  const [left, open] = [dev.folders, staging.folders];
  await dev.kill();
  expect([left.length > 1, open.length > 1, dev.folders]).toEqual([true, true, left]);
  writeFileSync(project.path(".build/secrets.dev.env"), "# mine\nstorefront-dev-orders-payment-key=k=1\n");
  const next = new LocalCommand(project, "dev", "--service", SERVICE);
  const line = await next.lineOf("customers/reporting-agent");
  // The service has its secret.
  if (CURL) expect(spawnSync("sh", ["-c", line], { cwd: project.folder, encoding: "utf8" }).stdout).toBe("k=1");
  expect([dev.folders, staging.folders]).toEqual([[], open]);
  expect([await next.close(), await staging.close(), next.folders, staging.folders]).toEqual([130, 130, [], []]);
  await staging.prints(/^staging: you interrupted: the front door is closed$/m);
  writeFileSync(BASE, base);
});

/** Replaces a text in a synthesized file while a command runs. */
function withEdit<T>(file: string, edit: (text: string) => string, run: () => T): T {
  const path = project.path(`synthesized/${file}`);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, edit(text));
  try {
    return run();
  } finally {
    writeFileSync(path, text);
  }
}

const OTHER_LEDGER = (name: string) =>
  `synthesized/${name}/access.md is not the ledger of synthesized/${name}/main.tf.json: renew it with npm run synth`;

test("--matrix fails with a different policy, names each wrong row and no other, and needs no Envoy", () => {
  const otherPolicy = (text: string) => {
    const policy = JSON.parse(text);
    policy.routes["GET /accounts/{id}"].access.scopes = ["accounts/none"];
    policy.routes["GET /orders/export"].access.scopes.push("orders/write");
    policy.issuers.find(({ id }: { id: string }) => id === "workforce").clients.push("ghost");
    return JSON.stringify(policy);
  };
  const { code, out, error } = withEdit("dev/authorizer-policy.json", otherPolicy, () =>
    project.run(["local", "dev", "--matrix"], { ENVOY: "/nowhere/envoy" }),
  );
  expect(code).toBe(1);
  const found = error.trim().split("\n");
  expect(found).toEqual(
    expect.arrayContaining([
      expect.stringContaining("customers/support-desk got 200 from GET /accounts/{id}, which no row of access.md"),
      "customers/web got 403 from GET /orders/export, against the row | customers/web | GET /orders/export | service storefront-dev-orders |",
      "the stack has no such caller: | workforce/ghost | GET /orders | service storefront-dev-orders |",
      OTHER_LEDGER("dev"),
      "dev: behaviour contradicts synthesized/dev/access.md",
    ]),
  );
  expect(found.filter((line) => !/accounts\/\{id\}|orders\/export|workforce\/ghost/.test(line))).toHaveLength(2);
  expect(out).toMatch(/^GET \/orders +\(401\) +200 +200 +\(403\) +200 +200$/m);
  expect(out).toMatch(/^GET \/accounts\/\{id\} .* 200 !/m);
  const written = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
  expect([written.environment, written.contradictions.length, written.cells.length]).toEqual([
    "dev",
    found.length - 1,
    120,
  ]);
  expect(JSON.stringify(written)).not.toContain("eyJ");
});

const envoy = envoyBinary();

describeWhere("missing" in envoy ? envoy.missing : undefined, "an environment with the shared-issuer handshake", () => {
  const ENVOY = "envoy" in envoy ? envoy.envoy : "";

  test("--matrix fails with a different ledger, and calls through the gateway and past it", () => {
    const row = "| customers/web | GET /orders/export | service storefront-preview-orders | orders/export |";
    const { code, out, error } = withEdit(
      "preview/access.md",
      (text) => text.replace("\n| any", `\n${row}\n| any`),
      () => project.run(["local", "preview", "--matrix"], { ENVOY }),
    );
    expect([code, error.trim().split("\n")]).toEqual([
      1,
      [OTHER_LEDGER("preview"), "preview: behaviour contradicts synthesized/preview/access.md"],
    ]);
    expect(out).toMatch(/^GET \/orders +\(401\) +200 +\(403\) +200$/m);
    expect(out).toMatch(/^preview: 60 calls, and 60 past the gateway, in /m);
    const written = JSON.parse(readFileSync(project.path(".build/matrix-preview.json"), "utf8"));
    expect([written.contradictions.length, written.past.length]).toEqual([1, 60]);
  });

  test("the printed commands work, through the gateway and past it, and a change of the config takes effect", async () => {
    process.env.ENVOY = ENVOY;
    const door = new LocalCommand(project, "preview");
    delete process.env.ENVOY;
    const [, url = ""] = await door.prints(/^preview: (http:\/\/127\.0\.0\.1:\d+) /m);
    if (CURL) {
      for (const caller of ["customers/reporting-agent", "customers/reporting-agent, past the gateway"]) {
        const line = await door.lineOf(caller);
        const { stdout } = spawnSync("sh", ["-c", line], { cwd: project.folder, encoding: "utf8" });
        expect([caller, JSON.parse(stdout)]).toEqual([caller, expect.objectContaining({ target: "/orders" })]);
      }
    }
    const overlay = project.path("config/preview.yaml");
    const text = readFileSync(overlay, "utf8");
    const since = door.length;
    writeFileSync(overlay, text.replace("scopes: [orders/read, orders/write, ", "scopes: [orders/write, "));
    const [again = ""] = await door.prints(/^preview: .*ready/m, since);
    writeFileSync(overlay, text);
    expect(again).toContain(url);
    expect(await status(`${url}/orders`)).toBe(401);
    expect(await door.close()).toBe(130);
  });
});

test("an environment that needs Envoy does not open without it, and the error gives a remedy", () => {
  const { code, error } = project.run(["local", "preview"], { ENVOY: "/nowhere/envoy" });
  expect(code).toBe(1);
  expect(error).toMatch(
    /containers\.0\.args: ENVOY=\/nowhere\/envoy --version: .*ENOENT\n +Envoy verifies tokens here/,
  );
});

test.each<[Partial<LocalOptions>, string]>([
  [{ origin: ["http://localhost:5173/"] }, "--origin http://localhost:5173/: expected no more than"],
  [{ callback: ["https://shop.example.com/cb"] }, "expected a URL of this machine without a fragment"],
  [{ service: ["orders"] }, "--service orders=:3000"],
  [{ matrix: true, service: ["orders=:1"] }, "leave out --service"],
  [{ matrix: true, logs: "x" }, "--matrix writes no log lines\n    leave out --logs"],
  [{ fail: "eu-west-1" }, "use --twin, without --matrix"],
  [{ fail: "eu-west-1", twin: true, matrix: true }, "use --twin, without --matrix"],
  [{ twin: true }, "--twin: dev has no twin\n    docs/how-to/two-regions.md"],
])("the options %j are refused, with a remedy", async (options, message) => {
  const { local } = require("../../../../cli/local/local") as typeof import("../../../../cli/local/local");
  const opened = local("dev", { service: [], origin: [], callback: [], ...options });
  await expect(opened).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
});

test.each<[readonly string[], string]>([
  [["dex"], "did you mean dev"],
  [["dev", "--port", "http"], "--port http: expected a number"],
])("local %j is refused, with a remedy", (args, message) => {
  const { code, error } = project.run(["local", ...args]);
  expect([code, error]).toEqual([64, expect.stringContaining(message)]);
});
