import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalLogs } from "../../../../packages/local-front-door/logs/local-logs";
import { printedEntry, requestEntries } from "../../../../packages/local-front-door/logs/log-entries";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

const parent = mkdtempSync(join(tmpdir(), "local-logs-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const OF = { project: "shop", service: "orders", location: "europe-west1" };
const AT = Date.parse("2026-11-28T10:00:00.123Z");
const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

test("a line is a Logs Insights row or a Cloud Logging entry, without tokens", () => {
  const logs = new LocalLogs(join(parent, "one"));
  logs.cloudWatch("1:/aws/lambda/x", `{"path":"/${TOKEN}"}`, AT);
  logs.cloudLogging(printedEntry(OF, { line: `said ${TOKEN} and ya29.abc`, at: AT }));
  logs.flush();
  const text = (name: string) => readFileSync(join(logs.folder, name), "utf8");
  expect(JSON.parse(text("cloudwatch.jsonl"))).toEqual([
    { field: "@timestamp", value: "2026-11-28 10:00:00.123" },
    { field: "@message", value: '{"path":"/(token withheld)"}' },
    { field: "@log", value: "1:/aws/lambda/x" },
  ]);
  expect(JSON.parse(text("cloud-logging.jsonl")).textPayload).toBe("said (token withheld) and (token withheld)");
});

testWhere(WINDOWS)("only this user may read the lines", () => {
  const logs = new LocalLogs(join(parent, "modes"));
  logs.cloudWatch("1:g", "x", AT);
  logs.flush();
  expect(statSync(logs.folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(logs.folder, "cloudwatch.jsonl")).mode & 0o777).toBe(0o600);
});

test("a large file is rotated, and only the latest two remain", () => {
  const logs = new LocalLogs(join(parent, "two"), 100);
  for (const line of ["first", "second", "third"]) {
    logs.cloudWatch("1:g", line.repeat(20), AT);
    logs.flush();
  }
  const both = ["cloudwatch.jsonl.1", "cloudwatch.jsonl"].map((name) => readFileSync(join(logs.folder, name), "utf8"));
  expect(both.map((text) => /first|second|third/.exec(text)?.[0])).toEqual(["second", "third"]);
});

test("a folder that was removed stays removed", () => {
  const logs = new LocalLogs(join(parent, "three"));
  rmSync(logs.folder, { recursive: true });
  logs.cloudWatch("1:g", "x", AT);
  logs.flush();
  expect(existsSync(logs.folder)).toBe(false);
});

test("a line that cannot be written is reported once, and the door continues", () => {
  const logs = new LocalLogs(join(parent, "four"));
  mkdirSync(join(logs.folder, "cloudwatch.jsonl"));
  const printed = jest.spyOn(console, "error").mockImplementation();
  for (const line of ["first", "second"]) {
    logs.cloudWatch("1:g", line, AT);
    logs.flush();
  }
  expect(printed.mock.calls.map(([text]) => String(text).split(":")[1])).toEqual([" no more log lines are written"]);
  printed.mockRestore();
});

test("severity and trace of a JSON line become the entry's own, as in Cloud Logging", () => {
  const line = {
    severity: "ERROR",
    "logging.googleapis.com/trace": "projects/shop/traces/t",
    message: "x",
    requestId: "a",
  };
  expect(printedEntry(OF, { line: JSON.stringify(line), at: AT })).toMatchObject({
    logName: "projects/shop/logs/run.googleapis.com%2Fstdout",
    timestamp: "2026-11-28T10:00:00.123Z",
    severity: "ERROR",
    trace: "projects/shop/traces/t",
    jsonPayload: { message: "x", requestId: "a" },
  });
  expect(Object.keys(printedEntry(OF, { line: JSON.stringify(line), at: AT }).jsonPayload ?? {})).toEqual([
    "message",
    "requestId",
  ]);
  expect(printedEntry(OF, { line: "[1]", at: AT })).toMatchObject({ severity: "DEFAULT", textPayload: "[1]" });
});

test("a line that names no trace gets that of the request that its service was answering", () => {
  const traceId = "a".repeat(32);
  const own = JSON.stringify({ "logging.googleapis.com/trace": "projects/shop/traces/t" });
  const lines = ["x", JSON.stringify({ message: "x" }), own];
  expect(lines.map((line) => printedEntry(OF, { line, at: AT, traceId }).trace)).toEqual([
    `projects/shop/traces/${traceId}`,
    `projects/shop/traces/${traceId}`,
    "projects/shop/traces/t",
  ]);
  expect(printedEntry(OF, { line: "x", at: AT })).not.toHaveProperty("trace");
});

test("a request's line has its latency in seconds, and a severity by its status", () => {
  const request = {
    method: "GET",
    url: "https://x/y",
    startedAt: AT,
    milliseconds: 12.5,
    userAgent: "a",
    traceId: "t",
  };
  const entry = requestEntries(OF)({ ...request, status: 200 });
  expect(entry).toMatchObject({ severity: "INFO", trace: "projects/shop/traces/t" });
  expect(entry.httpRequest).toMatchObject({ status: 200, latency: "0.012500s", userAgent: "a" });
  expect([404, 503].map((status) => requestEntries(OF)({ ...request, status }).severity)).toEqual(["WARNING", "ERROR"]);
});
