import {
  GUARDS,
  type GuardChange,
  IGNORED,
  type RowChange,
} from "../../../../packages/terraform-access-review/model/change";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { guardSentence, rowSentence } from "../../../../packages/terraform-access-review/render/sentences";
import { rowOf } from "../../../support/ledger-words";
import { testAll } from "../../../support/test-all";

const DOOR = { kind: "text", parts: ["the door"] } as const;
const row = (action: AccessRow["action"], text: string, own: Partial<AccessRow> = {}) => {
  const caller = { kind: "caller", name: "ann" } as const;
  return rowOf({ principal: caller, action, resource: DOOR, conditions: [{ kind: "expression", text }], ...own });
};
const broadened = { effect: "broadened" } as const;
const ROLE = { kind: "google-role", role: "roles/x" } as const;
const [DENIED, LIMITED] = [{ effect: "deny" }, { effect: "limit" }] as const;
const NO_CALLER = { principal: { kind: "no-caller" } } as const;
const UNREAD = { principal: { kind: "not-read" } } as const;

/** Forms that no committed plan contains. `fixtures/plans/expected.ts` has all others. */
testAll<[RowChange, string]>([
  [
    { ...broadened, before: row(ROLE, "a"), after: row(ROLE, "b") },
    "ann has roles/x on the door with a changed condition",
  ],
  [
    { ...broadened, before: row({ kind: "any-call" }, "a", DENIED), after: row({ kind: "any-call" }, "b", DENIED) },
    "ann is denied any call on the door with a changed condition",
  ],
  [
    { effect: "narrowed", after: row({ kind: "usage-limit" }, "1 a day", LIMITED) },
    "ann now has a usage limit on the door: 1 a day",
  ],
  [
    { ...broadened, after: row({ kind: "unknown-grants" }, "a type", UNREAD) },
    "the review cannot interpret what the door grants: a type",
  ],
  [
    { effect: "narrowed", before: row({ kind: "unknown-grants" }, "a type", UNREAD) },
    "the door no longer has grants that the review cannot interpret: a type",
  ],
  [
    { ...broadened, before: row({ kind: "read-logs" }, "a"), after: row({ kind: "read-logs" }, "b") },
    "ann may read the logs in the door with a changed condition",
  ],
  [
    { effect: "narrowed", after: row({ kind: "call", key: "GET /a" }, "a", NO_CALLER), cause: "caller" },
    "no caller may call GET /a any more",
  ],
  [{ effect: "narrowed", after: row({ kind: "call", key: "GET /a" }, "a", NO_CALLER) }, "no caller may call GET /a"],
])("%j in words", (change, words) => {
  expect(rowSentence(change)).toBe(words);
});

const RUN = "google_cloud_run_v2_service.orders";
const IMAGE = "template[0].containers[0].image";
const ROTATION = "aws_secretsmanager_secret_rotation.x";

testAll<[Omit<GuardChange, "effect">, string]>([
  [
    { address: ROTATION, guard: GUARDS.presence, before: "false", after: "true" },
    `a client secret now rotates (${ROTATION})`,
  ],
  [
    { address: ROTATION, guard: GUARDS.presence, before: "true", after: "false" },
    `a client secret no longer rotates: it stays valid until you change it (${ROTATION})`,
  ],
  [
    { address: ROTATION, guard: "rotation_rules.automatically_after_days", before: "30", after: "90" },
    `a client secret rotates every 90 days instead of every 30 (${ROTATION})`,
  ],
  [
    {
      ...{ address: ROTATION, guard: "rotation_rules.automatically_after_days", thing: "shop-dev/clients/web" },
      ...{ before: "not set", after: "30" },
    },
    `AWS secret shop-dev/clients/web now rotates every 30 days, by a function of its own (${ROTATION})`,
  ],
  [
    {
      ...{ address: "aws_api_gateway_method_settings.x", guard: GUARDS.presence, thing: "POST /searches" },
      ...{ before: "true", after: "false" },
    },
    "POST /searches no longer has a throttle of its own (aws_api_gateway_method_settings.x)",
  ],
  [
    { address: "aws_s3_bucket_versioning.trust_store", guard: GUARDS.presence, before: "true", after: "false" },
    "bucket trust-store no longer has versioning (aws_s3_bucket_versioning.trust_store)",
  ],
  [
    { address: "aws_cloudwatch_log_group.access", guard: "retention_in_days", before: "14", after: "7" },
    "log group access: retention in days is weaker: 14 → 7 (aws_cloudwatch_log_group.access)",
  ],
  [
    { address: RUN, guard: IGNORED, before: "not set", after: `["${IMAGE}"]` },
    `service orders: Terraform no longer restores ${IMAGE} if others change it (${RUN})`,
  ],
  [
    { address: RUN, guard: IGNORED, before: `["${IMAGE}","traffic"]`, after: `["${IMAGE}"]` },
    `service orders: Terraform restores traffic again if others change it (${RUN})`,
  ],
  [{ address: "x.y", guard: "other", before: "1", after: "2" }, "x.y: other is weaker: 1 → 2"],
  [
    { address: "a.b", guard: "layers", before: "1", after: "2", doubt: true },
    "a.b: layers changed, which the review cannot judge: 1 → 2",
  ],
])("%j in words", (change, words) => {
  expect(guardSentence({ ...change, ...broadened })).toBe(words);
});

test("a change without a row throws an error", () => {
  expect(() => rowSentence(broadened)).toThrow("a change without a row");
});
