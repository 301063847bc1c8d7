import { openRevisions } from "../../../../cli/deploy/preflight";
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
])("refuses to switch IAM's check off in the same deploy that adds Envoy: %s", (_, before) => {
  expect(openRevisions(planOf(before, service(true, "envoy", "app")), NO_ROLLOUT)).toEqual([
    "google_cloud_run_v2_service.orders: the invoker IAM check is switched off while a revision without Envoy answers: anyone could call it",
  ]);
});

testAll([
  ["Envoy is there already", service(false, "envoy", "app"), service(true, "envoy", "app")],
  ["the service is new", null, service(true, "envoy", "app")],
  ["the service is removed", service(true, "envoy", "app"), null],
  ["the check was off before", service(true, "envoy", "app"), service(true, "envoy", "app")],
  ["the check is switched on", service(true, "envoy", "app"), service(false, null)],
])("nothing opens where %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([]);
});

const LATEST = { percent: 100, revision: "", tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, revision: "orders-1", tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" };
const guarded = (disabled: boolean, ...traffic: object[]) => ({ ...service(disabled, "envoy", "app"), traffic });

testAll([
  ["an older revision answers while IAM's check is switched off", guarded(false, PINNED), guarded(true, LATEST)],
  ["an older revision answers afterwards", guarded(false, LATEST), guarded(true, PINNED)],
  ["an older revision starts to answer while the check is off", guarded(true, LATEST), guarded(true, PINNED)],
  [
    "an older revision gets its own URL while the check is off",
    guarded(true, LATEST),
    guarded(true, LATEST, { ...PINNED, percent: 0, tag: "old" }),
  ],
])("refuses an answering revision that may have no Envoy: %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([
    expect.stringMatching(/^google_cloud_run_v2_service\.orders: the invoker IAM check is off, and an older revision/),
  ]);
});

testAll([
  ["all traffic goes to the latest one", guarded(false, LATEST), guarded(true, LATEST)],
  ["nothing is said of traffic", guarded(false), guarded(true)],
  ["all traffic returns to the latest one", guarded(true, PINNED), guarded(true, LATEST)],
  ["IAM's check stays on", guarded(false, LATEST), guarded(false, PINNED)],
])("nothing opens where %s", (_, before, after) => {
  expect(openRevisions(planOf(before, after), NO_ROLLOUT)).toEqual([]);
});

test("a plan without changes opens no service", () => {
  expect(openRevisions({} as PlanJson, NO_ROLLOUT)).toEqual([]);
});
