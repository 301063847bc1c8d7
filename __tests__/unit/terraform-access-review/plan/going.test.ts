import { driftReviews } from "../../../../packages/terraform-access-review/formats";
import type { PlannedChange } from "../../../../packages/terraform-access-review/plan/plan-json";
import { reasonWords } from "../../../../packages/terraform-access-review/render/note";
import { TYPES } from "../../../../packages/terraform-access-review/types";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";
import { testAll } from "../../../support/test-all";

const BUCKET = "google_logging_project_bucket_config.auditors";
const NAMES = { bucket_id: "shop-dev-auditors", location: "europe-west1", project: "shop-dev" };
const UNDELETE = "gcloud logging buckets undelete shop-dev-auditors --location=europe-west1 --project=shop-dev";

/** The review of a plan whose refresh found this object. */
function reviewOf(address: string, values: object, changes: readonly PlannedChange[] = [], body?: object) {
  const [type = "", name = ""] = address.split(".");
  const state = { address, mode: "managed", type, values: { ...values } };
  const plan = planOf(changes, { prior_state: { values: { root_module: { resources: [state] } } } });
  return changeOf(plan, body === undefined ? {} : { [type]: { [name]: body } });
}

test("a log bucket that was deleted by hand is drift, with the command that restores it", () => {
  const { drift } = reviewOf(BUCKET, { ...NAMES, lifecycle_state: "DELETE_REQUESTED" });
  expect(drift).toEqual([
    expect.objectContaining({
      ...{ address: BUCKET, action: "drifted", attributes: [], loss: expect.stringContaining("every log entry") },
      reason: { kind: "going", states: [["lifecycle_state", "DELETE_REQUESTED"]], restore: UNDELETE },
    }),
  ]);
  expect(drift.map(({ reason }) => reason && reasonWords(reason))).toEqual([
    `lifecycle_state is DELETE_REQUESTED; restore it with: ${UNDELETE}`,
  ]);
});

test("no deploy restores it, and the report says so", () => {
  const [outside, deploy] = driftReviews(reviewOf(BUCKET, { ...NAMES, lifecycle_state: "DELETE_REQUESTED" }));
  expect([outside?.report.notes, outside?.report.verdict.dataAtRisk]).toEqual([
    [`no deploy changes ${BUCKET} back`],
    true,
  ]);
  expect(deploy?.report.verdict.line).toBe("dev, with the next deploy: no change");
});

/** For each type with one at its top: an address, the attribute, a value that is well, and one that is not. */
const STATES = [
  ["aws_acm_certificate.domain", "status", "PENDING_VALIDATION", "EXPIRED"],
  ["google_iam_workload_identity_pool.gateway", "state", "ACTIVE", "DELETED"],
  ["google_iam_workload_identity_pool_provider.aws", "state", "ACTIVE", "DELETED"],
  [BUCKET, "lifecycle_state", "UPDATING", "DELETE_REQUESTED"],
  ["google_project_iam_custom_role.deployer", "deleted", false, true],
] as const;

testAll(STATES)("%s is drift by its %s, unless that is %s", (address, attribute, well, gone) => {
  const reasons = [well, gone].map((value) =>
    reviewOf(address, { [attribute]: value }).drift.map(({ reason }) => reason),
  );
  expect(reasons).toEqual([[], [expect.objectContaining({ states: [[attribute, String(gone)]] })]]);
});

test("every type with such an attribute is in the table above", () => {
  const types = Object.entries(TYPES).flatMap(([type, { going = {} }]) =>
    Object.keys(going).some((path) => !path.includes(".")) ? [type] : [],
  );
  expect(STATES.map(([address]) => address.split(".")[0])).toEqual(types.sort());
});

test("a state within a block counts", () => {
  const service = "google_cloud_run_v2_service.orders";
  const values = { terminal_condition: [{ type: "Ready", state: "CONDITION_FAILED" }] };
  expect(reviewOf(service, values).drift).toEqual([
    expect.objectContaining({ reason: { kind: "going", states: [["terminal_condition.state", "CONDITION_FAILED"]] } }),
  ]);
  expect(reviewOf(service, { terminal_condition: [{ state: "CONDITION_SUCCEEDED" }] }).drift).toEqual([]);
});

test("an object that config declares so, or that the plan removes, is no drift", () => {
  const certificate = "aws_acm_certificate.domain";
  expect(reviewOf(certificate, { status: "FAILED" }, [], { status: "FAILED" }).drift).toEqual([]);
  const removed = planned(BUCKET, { actions: ["delete"], before: NAMES, after: null });
  expect(reviewOf(BUCKET, { ...NAMES, lifecycle_state: "DELETE_REQUESTED" }, [removed]).drift).toEqual([]);
});

test("what the refresh found as well is in the same entry", () => {
  const values = { ...NAMES, retention_days: 30, lifecycle_state: "DELETE_REQUESTED" };
  const before = { ...values, retention_days: 400, lifecycle_state: "ACTIVE" };
  const state = { address: BUCKET, mode: "managed", type: "google_logging_project_bucket_config", values };
  const plan = planOf([], {
    prior_state: { values: { root_module: { resources: [state] } } },
    resource_drift: [planned(BUCKET, { before, after: values })],
  });
  const { drift } = changeOf(plan, { [state.type]: { auditors: { retention_days: 400 } } });
  expect(drift).toEqual([
    expect.objectContaining({
      attributes: [{ path: "retention_days", kind: "changed", before: 400, after: 30 }],
      reason: expect.objectContaining({ states: [["lifecycle_state", "DELETE_REQUESTED"]] }),
    }),
  ]);
});

test("an expiry that was set by hand is drift, because Google then deletes the secret", () => {
  const secret = "google_secret_manager_secret.key";
  const drift = planned(secret, { before: { expire_time: null }, after: { expire_time: "2026-12-29T00:00:00Z" } });
  const state = {
    address: secret,
    mode: "managed",
    type: "google_secret_manager_secret",
    values: drift.change.after as object,
  };
  const plan = planOf([], {
    prior_state: { values: { root_module: { resources: [state] } } },
    resource_drift: [drift],
  });
  const model = changeOf(plan, { google_secret_manager_secret: { key: { secret_id: "key" } } });
  expect([model.drift.map(({ address }) => address), model.driftAccess?.guards.map(({ guard }) => guard)]).toEqual([
    [secret],
    ["expire_time"],
  ]);
});
