import { openRevisions } from "../../../../cli/deploy/open-revisions";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { testAll } from "../../../support/test-all";

const service = (disabled: boolean | null, ...names: readonly (string | null)[]) => ({
  invoker_iam_disabled: disabled,
  template: [{ containers: names.map((name) => ({ name })) }],
});

const NO_ROLLOUT = { resource: {}, provider: {} };

const planOf = (before: object | null, after: object | null) =>
  ({
    resource_changes: [
      {
        address: "google_cloud_run_v2_service.orders",
        type: "google_cloud_run_v2_service",
        change: { actions: ["update"], before, after },
      },
    ],
  }) as unknown as PlanJson;

testAll([
  ["one container", service(false, null)],
  ["a provider that wrote no false", service(null, null)],
  ["another container next to the app", service(false, "proxy", "app")],
])("IAM's check may not go off in a step with Envoy's coming: %s", (_, before) => {
  expect(openRevisions(planOf(before, service(true, "envoy", "app")), NO_ROLLOUT)).toEqual([
    "google_cloud_run_v2_service.orders: the invoker IAM check is switched off while a revision without Envoy answers: anyone could call it",
  ]);
});

testAll([
  ["Envoy is there already", service(false, "envoy", "app"), service(true, "envoy", "app")],
  ["the service is new", null, service(true, "envoy", "app")],
  ["the service goes", service(true, "envoy", "app"), null],
  ["it was off before", service(true, "envoy", "app"), service(true, "envoy", "app")],
  ["it goes on", service(true, "envoy", "app"), service(false, null)],
])("nothing opens where %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([]);
});

const LATEST = { percent: 100, revision: "", tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, revision: "orders-1", tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" };
const guarded = (disabled: boolean, ...traffic: object[]) => ({ ...service(disabled, "envoy", "app"), traffic });

testAll([
  ["an older revision answers while IAM's check goes off", guarded(false, PINNED), guarded(true, LATEST)],
  ["it still does afterwards", guarded(false, LATEST), guarded(true, PINNED)],
  ["it comes to answer where the check is off", guarded(true, LATEST), guarded(true, PINNED)],
  [
    "it has a URL of its own there",
    guarded(true, LATEST),
    guarded(true, LATEST, { ...PINNED, percent: 0, tag: "old" }),
  ],
])("Envoy must be in whatever answers: %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([
    expect.stringMatching(/^google_cloud_run_v2_service\.orders: the invoker IAM check is off, and an older revision/),
  ]);
});

testAll([
  ["all traffic goes to the latest one", guarded(false, LATEST), guarded(true, LATEST)],
  ["nothing is said of traffic", guarded(false), guarded(true)],
  ["all of it comes back to the latest one", guarded(true, PINNED), guarded(true, LATEST)],
  ["IAM's check stays on", guarded(false, LATEST), guarded(false, PINNED)],
])("nothing opens where %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([]);
});

test("a plan without changes opens nothing", () => {
  expect(openRevisions({} as PlanJson, NO_ROLLOUT)).toEqual([]);
});
