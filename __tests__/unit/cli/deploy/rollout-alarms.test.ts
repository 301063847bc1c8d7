import { alarmsAgainst } from "../../../../cli/deploy/rollout-alarms";
import { unknownRevisions } from "../../../../cli/plan/revisions";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";

const ADDRESS = "google_cloud_run_v2_service.orders";
const [NEW, OLD, OLDER] = ["shop-dev-orders-2", "shop-dev-orders-1", "shop-dev-orders-0"];

/** As a plan has it: the provider writes unset values as empty texts. */
const service = (revision: string, ...shares: readonly (readonly [revision: string, percent: number])[]) => ({
  name: "shop-dev-orders",
  template: [{ revision }],
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

const planOf = (before: object | null, after: object | null) =>
  ({
    resource_changes: [
      { address: ADDRESS, type: "google_cloud_run_v2_service", change: { actions: ["update"], before, after } },
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
  ["is of a service that goes", service(OLD), null, 0],
])("a rollout that %s is known, or refused", (_, before, after, faults) => {
  const found = unknownRevisions(planOf(before, after));
  expect(found).toHaveLength(faults);
  for (const fault of found) expect(fault).toContain(`${ADDRESS}: the image before would run as ${OLD}`);
});

const NONE = { MetricAlarms: [], CompositeAlarms: [] };
const ON = { MetricAlarms: [], CompositeAlarms: [{ AlarmName: "shop-dev-orders-slo-fast" }] };

async function asked(before: object | null, after: object | null, answer: object | undefined) {
  const questions: (readonly string[])[] = [];
  jest.spyOn(console, "error").mockImplementation(() => {});
  const found = await alarmsAgainst(planOf(before, after), "eu-west-1", (program, args) => {
    questions.push([program, ...args]);
    return answer === undefined
      ? { code: 255, out: "", error: "AccessDenied" }
      : { code: 0, out: JSON.stringify(answer), error: "" };
  });
  return { found, questions };
}

const start = [service(OLD), service(NEW, [NEW, 10], [OLD, 90])] as const;

test("an alarm of the service holds up a larger share of the new image", async () => {
  const { found, questions } = await asked(...start, ON);
  expect(found).toEqual([expect.stringContaining(`${ADDRESS}: the alarm shop-dev-orders-slo-fast is on`)]);
  expect(questions).toEqual([
    expect.arrayContaining(["aws", "describe-alarms", "ALARM", "shop-dev-orders-slo-", "eu-west-1"]),
  ]);
  expect((await asked(...start, NONE)).found).toEqual([]);
});

test("alarms that cannot be read hold it up as well", async () => {
  expect((await asked(...start, undefined)).found).toEqual([expect.stringContaining("AccessDenied")]);
});

test.each<[string, object | null, object | null, number]>([
  ["promoting", service(NEW, [NEW, 10], [OLD, 90]), service(NEW), 1],
  ["aborting", service(NEW, [NEW, 10], [OLD, 90]), service(NEW, [OLD, 100]), 0],
  ["a smaller share", service(NEW, [NEW, 50], [OLD, 50]), service(NEW, [NEW, 10], [OLD, 90]), 0],
  ["a service without a rollout", service(""), service(""), 0],
])("AWS is asked where calls move to the new image: %s", async (_, before, after, questions) => {
  expect((await asked(before, after, ON)).questions).toHaveLength(questions);
});
