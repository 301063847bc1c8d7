import { reportMarkdown, reportOf } from "../../../../cli/prove/report";
import type { RunRecord } from "../../../../cli/prove/run-folder";

const finding = (id: string, verdict: RunRecord["steps"][number]["findings"][number]["verdict"]) => ({
  id,
  question: "Is it so?",
  settles: "Whether it is so.",
  verdict,
});

const RECORD: RunRecord = {
  run: "fdp-k3x9qa",
  startedAt: "2026-11-30T12:00:00.000Z",
  aws: { account: "111122223333", region: "eu-west-1", role: "arn:aws:iam::111122223333:role/me" },
  google: { project: "sandbox-project", number: "100000000001", region: "europe-west1" },
  operator: "user:me@example.com",
  image: "europe-docker.pkg.dev/acme/shop/echo:1",
  nextImage: "europe-docker.pkg.dev/acme/shop/echo:2",
  environments: ["http"],
  owns: { identityProvider: true, loggingRole: false },
  versions: { node: "24.0.0" },
  steps: [
    {
      environment: "http",
      step: "deploy",
      startedAt: "2026-11-30T12:01:00.000Z",
      seconds: 60,
      findings: [
        finding("one", { kind: "confirmed", seen: "as arn:aws:iam::111122223333:role/me | in sandbox-project" }),
      ],
    },
    {
      environment: "http",
      step: "verify",
      startedAt: "2026-11-30T12:02:00.000Z",
      seconds: 5,
      findings: [
        finding("two", { kind: "refuted", seen: "an image acme", means: "b", change: "c" }),
        finding("three", {
          kind: "could not tell",
          why: "[me@example.com] may not\nlist, nor arn:aws:sts::111122223333:assumed-role/admins/you@example.org",
        }),
      ],
    },
    {
      environment: "http",
      step: "calls",
      startedAt: "2026-11-30T12:03:00.000Z",
      seconds: 1,
      failure: "no answer",
      findings: [],
    },
    { environment: "http", step: "drift", startedAt: "2026-11-30T12:04:00.000Z", findings: [] },
  ],
};

const report = reportOf(RECORD, new Date("2026-11-30T12:05:00.000Z"));

test("counts verdicts, and names each step that failed or was stopped", () => {
  expect(report.counts).toEqual({ confirmed: 1, refuted: 1, "could not tell": 1 });
  expect(report.failures.map(({ step }) => step)).toEqual(["calls", "drift"]);
  expect(report.durations.map(({ seconds }) => seconds)).toEqual([60, 5, 1, undefined]);
  expect([report.startedAt, report.endedAt, report.identities]).toEqual([
    RECORD.startedAt,
    "2026-11-30T12:05:00.000Z",
    "bootstrapped",
  ]);
});

test("has nothing that identifies accounts, people or images", () => {
  const text = JSON.stringify(report) + reportMarkdown(report);
  for (const secret of [
    "111122223333",
    "sandbox-project",
    "100000000001",
    "me@example.com",
    "you@",
    "admins",
    "role/me",
    "acme/shop",
  ]) {
    expect([secret, text.includes(secret)]).toEqual([secret, false]);
  }
});

test("Markdown has one row for each assumption, whatever its words contain", () => {
  const rows = reportMarkdown(report)
    .split("\n")
    .filter((line) => /^\| http \| (one|two|three) \|/.test(line));
  expect(rows.map((row) => row.split(/(?<!\\)\|/).length)).toEqual([8, 8, 8]);
});
