import { alarmsAgainst } from "../../../../cli/deploy/apply";
import { unknownRevisions } from "../../../../cli/plan/revisions";
import { FROM_ANNOTATION } from "../../../../contract/rollout";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";

const ADDRESS = "google_cloud_run_v2_service.orders";
const [NEW, OLD, OLDER] = ["shop-dev-orders-2", "shop-dev-orders-1", "shop-dev-orders-0"];

/** As a plan has it: the provider writes unset values as empty texts. A revision is made of the image of its name. */
const service = (revision: string, ...shares: readonly (readonly [revision: string, percent: number])[]) => ({
  name: "shop-dev-orders",
  annotations: shares.length === 0 ? null : { [FROM_ANNOTATION]: imageOf(OLD) },
  template: [
    {
      revision,
      containers: [
        { name: "envoy", args: ["rules of today"], image: "envoy" },
        { name: "app", image: imageOf(revision) },
      ],
    },
  ],
  traffic:
    shares.length === 0
      ? [{ percent: 100, revision: "", tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }]
      : shares.map(([name, percent]) => ({
          percent,
          revision: name,
          tag: "",
          type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
        })),
});

const imageOf = (revision: string) => `registry/${revision}`;

/** The service without a revision name: Cloud Run chooses one if the config has no rollout. */
const unnamed = (revision: string) => {
  const named = service(revision);
  return { ...named, template: named.template.map((each) => ({ ...each, revision: "" })) };
};

const planOf = (before: object | null, after: object | null, alarms: readonly string[] = []) =>
  ({
    resource_changes: [
      { address: ADDRESS, type: "google_cloud_run_v2_service", change: { actions: ["update"], before, after } },
      ...alarms.map((name) => ({
        address: `aws_cloudwatch_composite_alarm.${name}`,
        type: "aws_cloudwatch_composite_alarm",
        change: { actions: ["no-op"], before: { alarm_name: name }, after: { alarm_name: name } },
      })),
    ],
  }) as unknown as PlanJson;

test.each<[string, object | null, object | null, number]>([
  ["starts from what runs", service(OLD), service(NEW, [NEW, 10], [OLD, 90]), 0],
  ["moves", service(NEW, [NEW, 10], [OLD, 90]), service(NEW, [NEW, 50], [OLD, 50]), 0],
  ["is aborted", service(NEW, [NEW, 10], [OLD, 90]), service(NEW, [OLD, 100]), 0],
  ["is promoted", service(NEW, [NEW, 10], [OLD, 90]), service(NEW), 0],
  ["starts where Cloud Run named what runs", service(""), service(NEW, [NEW, 10], [OLD, 90]), 1],
  ["starts from another revision than what runs", service(OLDER), service(NEW, [NEW, 10], [OLD, 90]), 1],
  ["starts with the service", null, service(NEW, [NEW, 10], [OLD, 90]), 1],
  ["is of a removed service", service(OLD), null, 0],
])("a rollout that %s is accepted if its other revision is known", (_, before, after, faults) => {
  const found = unknownRevisions(planOf(before, after));
  expect(found).toHaveLength(faults);
  for (const fault of found) expect(fault).toContain(`${ADDRESS}: the previous image would run as ${OLD}`);
});

test("refuses a rollout whose previous revision has other Envoy rules, even under the same name", () => {
  const [before, after] = [service(OLD), service(NEW, [NEW, 10], [OLD, 90])];
  const other = (args: unknown) => ({
    ...before,
    template: before.template.map(({ containers: [envoy, app], ...rest }) => ({
      ...rest,
      containers: [{ ...envoy, args }, app],
    })),
  });
  expect(unknownRevisions(planOf(other(["rules of today"]), after))).toEqual([]);
  expect(unknownRevisions(planOf(other(["rules of yesterday"]), after))).toEqual([expect.stringContaining(OLD)]);
  expect(unknownRevisions(planOf(other(["rules of yesterday"]), service(NEW)))).toEqual([]);
});

const ALARMS = ["shop-dev-orders-slo-fast", "shop-dev-orders-slo-slow"];
const OTHERS = ["shop-dev-orders-slo-x-slo-fast", "shop-dev-catalog-slo-fast"];
const inStates = (...states: readonly string[]) => ({
  CompositeAlarms: states.map((StateValue, index) => ({ AlarmName: ALARMS[index], StateValue })),
});
const NONE = inStates("OK", "INSUFFICIENT_DATA");
const ON = inStates("ALARM", "OK");

async function asked(
  [before, after]: readonly [object | null, object | null],
  out: string | object | undefined,
  alarms: readonly string[] = [...OTHERS, ...ALARMS],
) {
  const questions: (readonly string[])[] = [];
  jest.spyOn(console, "error").mockImplementation(() => {});
  const found = await alarmsAgainst(planOf(before, after, alarms), "eu-west-1", (program, args) => {
    questions.push([program, ...args]);
    if (out === undefined) return { code: 255, out: "", error: "AccessDenied" };
    return { code: 0, out: typeof out === "string" ? out : JSON.stringify(out), error: "" };
  });
  return { found, questions };
}

const start = [service(OLD), service(NEW, [NEW, 10], [OLD, 90])] as const;

test("an alarm of the service's objectives blocks a larger share for the new image", async () => {
  const { found, questions } = await asked(start, ON);
  expect(found).toEqual([expect.stringContaining(`${ADDRESS}: the alarm shop-dev-orders-slo-fast is on`)]);
  expect((await asked(start, NONE)).found).toEqual([]);
  const [question = []] = questions;
  expect(question).toEqual(expect.arrayContaining(["aws", "describe-alarms", "CompositeAlarm", "eu-west-1"]));
  const named = question.slice(question.indexOf("--alarm-names") + 1);
  expect(
    named.slice(
      0,
      named.findIndex((each) => each.startsWith("--")),
    ),
  ).toEqual(ALARMS);
});

test.each([
  ["what AWS refuses", undefined],
  ["what is no JSON", "<html>"],
  ["what has no list", {}],
  // For an identity that may describe only some alarms, AWS leaves composite alarms out without an error.
  ["what lacks an alarm", inStates("OK")],
])("alarms that cannot be read block it too: %s", async (_, answer) => {
  expect((await asked(start, answer)).found).toEqual([expect.stringContaining("cannot be read")]);
});

test("does not query AWS for a service without alarms, such as one whose name only starts the same", async () => {
  expect((await asked(start, ON, OTHERS)).questions).toEqual([]);
});

test.each<[string, object | null, object | null, number]>([
  ["promoting", service(NEW, [NEW, 10], [OLD, 90]), service(NEW), 1],
  ["promoting by removing rollout", service(NEW, [NEW, 10], [OLD, 90]), unnamed(NEW), 1],
  ["a third image", service(NEW, [NEW, 10], [OLD, 90]), service(OLDER), 1],
  ["aborting", service(NEW, [NEW, 10], [OLD, 90]), service(NEW, [OLD, 100]), 0],
  ["back to the image before, without a share", service(NEW, [NEW, 10], [OLD, 90]), service(OLD), 0],
  ["back to the image before by removing rollout", service(NEW, [NEW, 10], [OLD, 90]), unnamed(OLD), 0],
  ["a smaller share", service(NEW, [NEW, 50], [OLD, 50]), service(NEW, [NEW, 10], [OLD, 90]), 0],
  ["a new image for all calls at once, such as a fix", service(OLD), service(NEW), 0],
  ["a new image of a service without a rollout", unnamed(OLD), unnamed(NEW), 0],
])("queries AWS only if a rollout moves calls to the new image: %s", async (_, before, after, questions) => {
  expect((await asked([before, after], ON)).questions).toHaveLength(questions);
});
