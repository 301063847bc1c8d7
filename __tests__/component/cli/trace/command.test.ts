import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { TraceOptions } from "../../../../cli/trace/trace";
import { ProjectCopy } from "../../../support/command";
import { enterProject } from "../../../support/in-project";
import { LocalCommand } from "../../../support/local-command";
import { ROOT } from "../../../support/places";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
enterProject(project);
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});
const trace = (...args: readonly string[]) => project.run(["trace", ...args]);

const ID = "JKJaXmPLvHcESHA=";

test.each<[string, string | undefined, TraceOptions, string]>([
  ["dev", 'x" or 1=1', {}, "expected a request id"],
  ["dev", undefined, {}, "expected one of: a request id"],
  ["dev", ID, { lastRefused: true }, "expected one of: a request id"],
  ["dev", ID, { client: "customers/web" }, "--client: goes with"],
  ["dev", undefined, { status: "4xx" }, "--status 4xx"],
  ["dev", undefined, { status: "403", client: 'a"b' }, "--client"],
  ["dev", undefined, { lastRefused: true, since: "yesterday" }, "--since yesterday"],
  ["dev", undefined, { lastRefused: true, timeout: "0" }, "--timeout 0"],
  ["dev", undefined, { lastRefused: true, format: "xml" }, "--format xml"],
  ["dev", undefined, { lastRefused: true, folder: "x" }, "--folder"],
  ["dve", ID, {}, 'did you mean "dev"?'],
  ["../dev", ID, {}, "no such environment"],
  ["local", ID, {}, "no front door is open here"],
  ["local", ID, { folder: "config" }, "got no stack.json"],
])("trace %s %s %j is a usage error", async (environment, id, options, message) => {
  const { trace: command } = require("../../../../cli/trace/trace") as typeof import("../../../../cli/trace/trace");
  const error = await command(environment, id, options).catch((thrown) => thrown);
  expect([error.exitCode, error.message.includes(message) ? message : error.message]).toEqual([64, message]);
});

test("each option reaches the command", () => {
  const options = ["--last-refused", "--format", "text", "--since", "1d", "--timeout", "60", "--folder", "x"];
  const { code, out, error } = trace("dev", ...options);
  expect([code, out, error]).toEqual([64, "", "--folder: only with local\n"]);
  expect(trace("dev", "--status", "403", "--client", 'a"b').error).toMatch(/^--client /);
});

test("without aws and gcloud, names both clouds with their remedies, and ends with 1", () => {
  const done = spawnSync(process.execPath, ["cli/run.cjs", "trace", "dev", "JKJaXmPLvHcESHA="], {
    cwd: project.folder,
    env: { PATH: "/nowhere", HOME: project.folder },
    encoding: "utf8",
  });
  expect(done.status).toBe(1);
  expect(done.stdout).toContain("CloudWatch could not be read: aws: spawn aws ENOENT\n    install the AWS CLI");
  expect(done.stdout).toContain("Cloud Logging could not be read: gcloud: spawn gcloud ENOENT\n    install the Google");
});

test("with working tools, a deployed environment's request is one story, with places from config", () => {
  const bin = project.path("bin");
  mkdirSync(bin);
  const line = { requestId: "JKJaXmPLvHcESHA=", time: String(Date.now()), route: "GET /orders", status: "401" };
  const row = [
    { field: "@timestamp", value: "2026-11-28 10:00:00.000" },
    { field: "@message", value: JSON.stringify({ ...line, integrationStatus: "-" }) },
    { field: "@log", value: "111122223333:/aws/vendedlogs/storefront-dev-access" },
  ];
  const answer = JSON.stringify({ queryId: "q", status: "Complete", results: [row] });
  writeFileSync(`${bin}/aws`, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  writeFileSync(`${bin}/gcloud`, "#!/bin/sh\necho '[]'\n", { mode: 0o755 });
  const PATH = `${bin}:${process.env.PATH}`;
  const { code, out } = project.run(["trace", "dev", "JKJaXmPLvHcESHA=", "--format", "json"], { PATH });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ...{ version: 1, status: 401, who: "no token", why: "no token; needs orders/read", unread: [] },
    place: expect.stringMatching(/^config\/base\.yaml:\d+$/),
  });
});

test("finds an open door's request by its id, and the folder of its logs is removed with the door", async () => {
  const door = new LocalCommand(project, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
  const answer = await fetch(`${url}/orders`);
  const id = answer.headers.get("apigw-requestid") ?? "";
  const { logs } = JSON.parse(readFileSync(project.path(".build/local.dev.json"), "utf8"));
  const { code, out } = trace("local", id);
  expect([code, out.split("\n").slice(1, 3)]).toEqual([
    0,
    ["who: no token", expect.stringMatching(/^why: no token; needs orders\/read; config\/base\.yaml:\d+$/)],
  ]);
  expect(trace("local", "JKJaXmPLvHcESHA=")).toMatchObject({ code: 1, out: "" });
  const page = /^why\? {2}(\S+)/m.exec(door.text)?.[1];
  const shown = (await (await fetch(`${page}/request?id=${encodeURIComponent(id)}`)).json()) as {
    traceCommand: string;
  };
  expect(shown.traceCommand).toContain("trace");
  expect(shown.traceCommand).toContain(`local ${id}`);
  expect(existsSync(logs)).toBe(true);
  await door.close();
  expect(existsSync(logs)).toBe(false);
});

test("--logs keeps the lines after the door has closed, and a service in Python logs the same ids", async () => {
  const command = `python3 ${ROOT}/examples/log-the-id/service.py`;
  const door = new LocalCommand(project, "dev", "--service", `catalog=${command}`, "--logs", "kept");
  const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
  const answer = await fetch(`${url}/products`);
  const id = answer.headers.get("apigw-requestid") ?? "";
  await door.prints(/GET for/);
  expect((await fetch(`${url}/orders`)).status).toBe(401);
  await door.close();
  const kept = readdirSync(project.path("kept"));
  expect(kept).toEqual(expect.arrayContaining(["cloudwatch.jsonl", "routes.json", "stack.json"]));
  expect(trace("local", "--last-refused", "--folder", "kept")).toMatchObject({
    code: 0,
    out: expect.stringContaining("GET /orders"),
  });
  const story = JSON.parse(trace("local", id, "--folder", "kept", "--format", "json").out);
  const joined = story.events.map(({ at, joined }: { at: string; joined: { by: string } }) => [at, joined.by]);
  expect(joined).toEqual(
    expect.arrayContaining([
      ["cloud-run", "trace id"],
      ["service", "request id"],
    ]),
  );
});
