import { type LogLine, type LogReader, LogsUnreadable } from "../../../../../cli/verify/logs/log-reader";
import { logsJoin, refusalInAccessLog } from "../../../../../cli/verify/probes/logs";
import { verifyFake } from "../../../../support/verify/run";

const reader = (atGateway: LogLine, atRun: LogLine): LogReader => ({
  accessLine: async () => atGateway,
  runLine: async () => atRun,
});
const run = (logs?: LogReader) => verifyFake({ logs, probes: [logsJoin, refusalInAccessLog] });

test("without --logs both queries are printed, with the id of a request of this run", async () => {
  const { code, lines } = await run();
  const [text = ""] = lines.filter((line) => line.includes("logs-join\n"));
  const [, id] = /filter requestId = "([0-9a-f]{16}=)"/.exec(lines.join("\n")) ?? [];
  expect(code).toBe(0);
  expect(lines.join("\n")).toContain("CloudWatch Logs Insights, /aws/vendedlogs/storefront-dev-access:");
  expect(lines.join("\n")).toMatch(
    new RegExp(
      `gcloud logging read --project=storefront-dev --freshness=1h 'resource.type="cloud_run_revision" AND \\(trace="projects/storefront-dev/traces/[0-9a-f]{32}" OR jsonPayload.requestId="${id}"\\)'`,
    ),
  );
  expect(text).not.toBe("");
});

test("lines on both sides, with the status that the caller saw, join", async () => {
  const { confirmed } = await run(reader({ integrationStatus: "200", decision: "unauthenticated" }, { status: "200" }));
  expect(confirmed).toEqual(["logs-join", "refusal-in-access-log"]);
  expect((await run(reader({ integrationStatus: "200", decision: "unauthenticated" }, {}))).confirmed).toContain(
    "logs-join",
  );
});

test.each([
  ["nothing at the gateway", undefined, { status: "200" }, "the access log has no line"],
  [
    "nothing at Cloud Run",
    { integrationStatus: "200", decision: "unauthenticated" },
    undefined,
    "but Cloud Logging has none",
  ],
  [
    "another status at the gateway",
    { integrationStatus: "500", decision: "unauthenticated" },
    { status: "200" },
    "a log has 500",
  ],
  [
    "another status at Cloud Run",
    { integrationStatus: "200", decision: "unauthenticated" },
    { status: "404" },
    "a log has 404",
  ],
])("%s is refuted", async (_name, atGateway, atRun, seen) => {
  const { refuted, lines } = await run(reader(atGateway, atRun));
  expect(refuted).toEqual(["logs-join"]);
  expect(lines.join("\n")).toContain(seen);
});

test("a refusal without its decision is refuted", async () => {
  const { refuted } = await run(reader({ integrationStatus: "200", decision: "-" }, { status: "200" }));
  expect(refuted).toEqual(["refusal-in-access-log"]);
});

test("prints the queries if a tool cannot read the logs", async () => {
  const fail = async () => Promise.reject(new LogsUnreadable("aws failed: no credentials"));
  const { untold, lines } = await run({ accessLine: fail, runLine: fail });
  expect(untold).toEqual(["logs-join", "refusal-in-access-log"]);
  expect(lines.join("\n")).toMatch(/aws failed: no credentials; run the queries yourself:\n +CloudWatch Logs Insights/);
});
