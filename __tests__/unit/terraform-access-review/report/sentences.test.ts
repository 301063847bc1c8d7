import { READ_LOGS } from "../../../../packages/terraform-access-review/access/auditor-rows";
import { LIMITED } from "../../../../packages/terraform-access-review/access/rest/usage-rows";
import { NOT_READ } from "../../../../packages/terraform-access-review/access/unread-rows";
import type { GuardChange, RowChange } from "../../../../packages/terraform-access-review/change/model";
import { guardSentence, rowSentence } from "../../../../packages/terraform-access-review/report/sentences";

const row = (permission: string, condition = "-", principal = "ann") => ({
  principal,
  permission,
  resource: "the door",
  condition,
});
const broadened = { effect: "broadened" } as const;

/** The forms of which no committed plan has one; fixtures/plans/expected.ts has all others. */
test.each<[RowChange, string]>([
  [
    { ...broadened, before: row("roles/x", "a"), after: row("roles/x", "b") },
    "ann has roles/x on the door under another condition",
  ],
  [
    { ...broadened, before: row("DENY any", "a"), after: row("DENY any", "b") },
    "ann is denied any on the door under another condition",
  ],
  [{ effect: "narrowed", after: row(LIMITED, "1 a day") }, "what ann may use up of the door is now limited: 1 a day"],
  [{ ...broadened, after: row("give", "a type", NOT_READ) }, "what the door gives to whom is not read here: a type"],
  [
    { effect: "narrowed", before: row("give", "a type", NOT_READ) },
    "the door no longer gives what nobody read here: a type",
  ],
  [
    { ...broadened, before: row(READ_LOGS, "a"), after: row(READ_LOGS, "b") },
    "ann may read the logs in the door under a looser or other condition",
  ],
])("%j in words", (change, words) => {
  expect(rowSentence(change)).toBe(words);
});

const ROTATION = "aws_secretsmanager_secret_rotation.x";

test.each<[Omit<GuardChange, "effect">, string]>([
  [
    { address: ROTATION, guard: "is there", before: "false", after: "true" },
    `a client's secret is rotated from now on (${ROTATION})`,
  ],
  [
    { address: ROTATION, guard: "is there", before: "true", after: "false" },
    `a client's secret is no longer rotated: it never changes from now on (${ROTATION})`,
  ],
  [
    { address: ROTATION, guard: "rotation_rules.automatically_after_days", before: "30", after: "90" },
    `a client's secret is rotated every 90 days instead of every 30 (${ROTATION})`,
  ],
  [
    {
      ...{ address: "aws_api_gateway_method_settings.x", guard: "is there", thing: "POST /searches" },
      ...{ before: "true", after: "false" },
    },
    "POST /searches has no throttle of its own any more (aws_api_gateway_method_settings.x)",
  ],
  [
    { address: "aws_s3_bucket_versioning.trust_store", guard: "is there", before: "true", after: "false" },
    "bucket trust-store has no versions any more (aws_s3_bucket_versioning.trust_store)",
  ],
  [
    { address: "aws_cloudwatch_log_group.access", guard: "retention_in_days", before: "14", after: "7" },
    "days that lines are kept of log group access is weaker: 14 → 7 (aws_cloudwatch_log_group.access)",
  ],
  [{ address: "x.y", guard: "other", before: "1", after: "2" }, "other of x.y is weaker: 1 → 2"],
  [{ address: "a.b", guard: "layers", before: "1", after: "2", doubt: true }, "layers of a.b is another: 1 → 2"],
])("%j in words", (change, words) => {
  expect(guardSentence({ ...change, ...broadened })).toBe(words);
});

test("a change without a row is a fault", () => {
  expect(() => rowSentence(broadened)).toThrow("a change without a row");
});
