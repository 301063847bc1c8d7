import type { LogEntry } from "../../../../cli/trace/log-source";
import { AWS_ACTIONS, CloudSource } from "../../../../cli/trace/sources";
import { StoryBuilder } from "../../../../cli/trace/story";
import { evaluatePolicy } from "../../../../packages/terraform-access-review/access/iam/evaluate";
import { auditedDev, auditedPreview, auditedRest } from "../../../support/auditors";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";
import {
  AT,
  access,
  decision,
  devPlaces,
  PERIOD,
  placesOfIntent,
  REQUEST,
  run,
  TRACE,
} from "../../../support/trace/lines";

interface Fake {
  /** What `aws logs get-query-results` returns, for each query. */
  readonly rows?: readonly unknown[];
  readonly entries?: readonly LogEntry[];
  readonly fails?: { readonly program: "aws" | "gcloud"; readonly error: string; readonly unless?: string };
  readonly status?: string;
  readonly places?: ReturnType<typeof devPlaces>;
}

/** Stand-ins for both tools, and a record of their calls. */
function fake({ rows = [], entries = [], fails, status = "Complete", places = devPlaces() }: Fake) {
  const calls: (readonly string[])[] = [];
  let now = AT;
  const source = new CloudSource({
    places,
    timeoutSeconds: 60,
    now: () => now,
    sleep: async (milliseconds) => (now += milliseconds),
    shell: async (program, args) => {
      calls.push([program, ...args]);
      if (fails?.program === program && !args.some((each) => each === fails.unless)) {
        return { code: 1, out: "", error: fails.error };
      }
      if (program === "gcloud") return { code: 0, out: JSON.stringify(entries), error: "" };
      const out = args[1] === "start-query" ? { queryId: "q" } : { status, results: rows };
      return { code: 0, out: JSON.stringify(out), error: "" };
    },
  });
  const story = () => new StoryBuilder(places, source, PERIOD).of({ kind: "request", id: REQUEST });
  return { calls, source, story };
}

const LINES = { rows: [access(), decision()], entries: [run()] };

testAll([
  ["an HTTP API", auditedDev()],
  ["a REST API", auditedRest()],
  ["a gateway that decides by itself", auditedPreview()],
])("%s: the auditors' policy allows every AWS action and log group that trace uses", async (_, intent) => {
  const stack = stackOf(intent);
  const { calls, story } = fake({ ...LINES, places: placesOfIntent(intent) });
  await story();
  const arn = (name: string) => `arn:aws:logs:eu-west-1:111122223333:log-group:${name}:*`;
  const groups = Object.entries(stack.all("aws_cloudwatch_log_group")) as [string, { name: string }][];
  const policy = groups.reduce(
    (text, [name, group]) => text.replaceAll(`\${aws_cloudwatch_log_group.${name}.arn}:*`, arn(group.name)),
    stack.resource("aws_iam_role_policy", "auditors").policy as string,
  );
  const asked = calls
    .filter(([program]) => program === "aws")
    .flatMap(([, , action = "", ...args]) => {
      const name = `logs:${action.replace(/(^|-)(\w)/g, (_found, _dash, letter: string) => letter.toUpperCase())}`;
      const from = args.indexOf("--log-group-names") + 1;
      const named = from === 0 ? [groups[0]?.[1].name ?? ""] : args.slice(from, args.indexOf("--query-string"));
      return named.map((group) => [name, arn(group)] as const);
    });
  expect([...new Set(asked.map(([action]) => action))].sort()).toEqual([...AWS_ACTIONS].sort());
  const verdicts = asked.map(([action, resource]) =>
    evaluatePolicy(policy, { action, resource, principals: [], context: {} }, "identity"),
  );
  expect(new Set(verdicts)).toEqual(new Set(["allow"]));
});

test("an auditor without access to the project's logs reads the view, and sees what it lacks", async () => {
  const places = placesOfIntent(auditedDev());
  const fails = { program: "gcloud", error: "ERROR: PERMISSION_DENIED", unless: "--view=auditors" } as const;
  const { calls, story } = fake({ ...LINES, fails, places });
  const found = await story();
  expect(found?.unread).toEqual([]);
  expect(found?.notes.some((note) => note.includes("auditors' view"))).toBe(true);
  const view = ["--bucket=storefront-dev-auditors", "--location=europe-west1", "--view=auditors"];
  expect(calls.find((call) => call.includes("--view=auditors"))).toEqual(expect.arrayContaining(view));
  // Google is called once without the view, and then only through it.
  expect(calls.filter(([program, ...args]) => program === "gcloud" && !args.includes("--view=auditors"))).toHaveLength(
    1,
  );
});

test("without a view, reports a cloud that denies access, with the remedy", async () => {
  const { story } = fake({ ...LINES, fails: { program: "gcloud", error: "x\nERROR: PERMISSION_DENIED" } });
  const found = await story();
  expect(found?.unread).toEqual([
    {
      half: "Cloud Logging",
      message: "gcloud: ERROR: PERMISSION_DENIED",
      remedy: expect.stringContaining("roles/logging.viewer"),
    },
  ]);
  expect(found?.events.map(({ at }) => at)).toEqual(["gateway", "authorizer"]);
});

testAll([
  ["spawn aws ENOENT", "install the AWS CLI"],
  ["Unable to locate credentials", "sign in again"],
  ["AccessDeniedException", "may read these log groups"],
  ["An error occurred (ResourceNotFoundException)", "deploy the environment first"],
])("aws error %s has its remedy", async (error, remedy) => {
  const { story } = fake({ ...LINES, fails: { program: "aws", error } });
  const found = await story();
  expect(found?.unread[0]).toMatchObject({ half: "CloudWatch", remedy: expect.stringContaining(remedy) });
  expect(found?.traceId).toBe(TRACE);
});

testAll(["Running", "Scheduled", "Unknown"])("gives up on a query that is %s after the time limit", async (status) => {
  const { story, calls } = fake({ ...LINES, status });
  const found = await story();
  expect(found?.unread[0]?.message).toBe("no answer within 60 s");
  expect(calls.filter(([, , action]) => action === "get-query-results").length).toBeLessThan(130);
});

test("does not take a failed query of AWS for an empty answer", async () => {
  const { story } = fake({ ...LINES, entries: [], status: "Failed" });
  expect((await story())?.unread[0]?.message).toBe("the query ended with Failed");
});
