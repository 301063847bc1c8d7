import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../../support/auditors";
import { mutations } from "../../../support/ledger-mutations";
import { unseen } from "../../../support/mutation-verdicts";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, edited, type Json, lines, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const AUDITED = stateOf(auditedDev());
const [ROLE = ""] = AUDITORS.awsRoles;
const GROUP = `group:${AUDITORS.googleGroups[0]}`;
const ALONE = "nothing else: no secret, no token, no service";

type Change = (resource: Json) => unknown;

/** The readers of the logs in a state, and their other permissions. */
const readers = (state = AUDITED) =>
  rowsOf(state)
    .filter(({ permission }) => permission === "read the logs")
    .map(({ principal, resource, condition }) => [principal, resource, condition.split("; ").at(-1)]);

/** A change of the role's policy. */
const policy =
  (change: (statements: Json[]) => unknown): Change =>
  ({ aws_iam_role_policy: { auditors: role } }) => {
    const document = JSON.parse(role.policy);
    change(document.Statement);
    role.policy = JSON.stringify(document);
  };

test("each auditor has a row that names the logs and states that there is nothing else", () => {
  const rows = rowsOf(AUDITED).filter(({ permission }) => permission === "read the logs");
  expect(rows.map(({ principal, resource }) => `${principal} ${resource}`)).toEqual([
    "arn:aws:iam::111122223333:role/compliance AWS as role storefront-dev-auditors",
    "arn:aws:iam::444455556666:role/audit/reader AWS as role storefront-dev-auditors",
    "group:auditors@example.com Google Cloud through log view auditors",
  ]);
  expect(rows[0]?.condition).toBe(
    `${[
      "/aws/vendedlogs/storefront-dev-access",
      "/aws/lambda/storefront-dev-callers",
      "/aws/lambda/storefront-dev-public",
    ]
      .map((name) => `log group ${name}:*`)
      .join(", ")}; ${ALONE}`,
  );
});

testAll([
  ["dev", AUDITED],
  ["a REST API", stateOf(auditedRest())],
  ["the gateway's own JWT authorizers", stateOf(auditedPreview())],
])("%s: all auditors only read logs", (_, state) => {
  expect(new Set(readers(state).map(([, , last]) => last))).toEqual(new Set([ALONE]));
});

testAll<[string, Change, string, string]>([
  ["more actions", policy(([read]) => read.Action.push("secretsmanager:GetSecretValue")), ROLE, "AND secretsmanager"],
  ["masked data", policy(([read]) => read.Action.push("logs:Unmask")), ROLE, "AND logs:Unmask"],
  [
    "everything except one action",
    policy((all) => all.push({ Effect: "Allow", NotAction: "x", Resource: "*" })),
    ROLE,
    "AND everything",
  ],
  [
    "a policy inside the role",
    (resource) =>
      Object.assign(resource.aws_iam_role.auditors, {
        inline_policy: {
          policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "logs:Unmask", Resource: "*" } }),
        },
      }),
    ROLE,
    "AND logs:Unmask",
  ],
  ["no denial", policy((all) => all.pop()), ROLE, "AND WHATEVER POLICY IS ATTACHED LATER"],
  [
    "a denial with a gap",
    policy(([, , deny]) => deny.NotAction.push("sts:*")),
    ROLE,
    "AND WHATEVER POLICY IS ATTACHED LATER",
  ],
  ["conditional deny", policy(([, , deny]) => Object.assign(deny, { Condition: {} })), ROLE, "AND WHATEVER POLICY"],
  [
    "a policy managed by AWS",
    (resource) =>
      Object.assign(resource, {
        aws_iam_role_policy_attachment: { x: { role: "${aws_iam_role.auditors.name}", policy_arn: "arn:x" } },
      }),
    ROLE,
    "AND all of arn:x",
  ],
  [
    "a policy that an exclusive list attaches",
    (resource) =>
      Object.assign(resource, {
        aws_iam_role_policy_attachments_exclusive: {
          x: { role_name: "${aws_iam_role.auditors.name}", policy_arns: ["arn:x"] },
        },
      }),
    ROLE,
    "AND all of arn:x",
  ],
  [
    "another role that trusts it",
    (resource) =>
      Object.assign(resource.aws_iam_role.orders, {
        assume_role_policy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { AWS: "${aws_iam_role.auditors.arn}" }, Action: "sts:AssumeRole" },
          ],
        }),
      }),
    ROLE,
    "AND sts:AssumeRole (trust policy) on role storefront-dev-orders",
  ],
  [
    "a client's secret under its own name",
    (resource) =>
      Object.assign(resource.aws_secretsmanager_secret_policy.reporting_agent, {
        policy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { AWS: ROLE }, Action: "secretsmanager:GetSecretValue", Resource: "x" },
          ],
        }),
      }),
    ROLE,
    "AND secretsmanager:GetSecretValue on x",
  ],
  [
    "a service",
    (resource) => resource.google_cloud_run_v2_service_iam_binding.orders.members.push(GROUP),
    GROUP,
    "AND roles/run.invoker on service storefront-dev-orders",
  ],
  [
    "an account of the stack, by reference, that also invokes a service",
    (resource) => {
      const member = "serviceAccount:${google_service_account.orders.email}";
      for (const each of Object.values<Json>(resource.google_logging_log_view_iam_binding ?? {}))
        each.members = [member];
      for (const each of Object.values<Json>(resource.google_logging_log_view_iam_member ?? {})) each.member = member;
    },
    "service account storefront-dev-orders",
    "AND roles/run.invoker on service storefront-dev-orders",
  ],
])("with %s, the row no longer states that there is nothing else", (_, change, who, last) => {
  const rows = readers(edited(AUDITED, change)).filter(([name]) => name === who);
  expect(rows).toEqual([[who, expect.any(String), expect.stringContaining(last)]]);
});

test("another role on the same logs is something else, too", () => {
  const state = edited(AUDITED, (resource: Json) => {
    const type = Object.keys(resource).find((each) => each.startsWith("google_logging_log_view_iam")) ?? "";
    const [own] = Object.values<Json>(resource[type]);
    resource[type].more = { ...own, role: "roles/logging.admin" };
  });
  const found = readers(state).filter(([, resource = ""]) => resource.startsWith("Google Cloud"));
  expect(new Set(found.map(([, , last]) => last))).toEqual(new Set(["AND roles/logging.admin on log view auditors"]));
});

test("an auditor that is also a caller is reported", () => {
  const who = `aws/${ROLE}`;
  const caller = { kind: "oidc", id: "aws", grants: "subjects", issuer: "https://i.example", audiences: ["x"] };
  const policy = {
    cacheSeconds: 0,
    issuers: [{ ...caller, subjects: [{ subject: ROLE, scopes: ["orders/read"] }] }],
    services: {},
    routes: { "GET /orders": { service: "orders", access: { scopes: ["orders/read"] } } },
  } as Json;
  const rows = rowsOf({ stack: AUDITED.stack, policy });
  expect(rows.some((row) => row.principal === who && row.permission === "GET /orders")).toBe(true);
  expect(rows.find((row) => row.principal === ROLE && row.permission === "read the logs")?.condition).toContain(
    "AND GET /orders",
  );
});

test("every grant of auditors is mutated, and removing or loosening any one of them changes a row", () => {
  const found = mutations({ stack: AUDITED.stack }).filter(({ name }) => /auditors/.test(name));
  expect(new Set(found.map(({ kind }) => kind))).toEqual(
    new Set([
      ...["member removed", "member loosened", "role widened", "inline policy added", "managed policy added"],
      ...["removed", "Action changed", "NotAction changed", "Resource changed", "Effect changed"].map(
        (what) => `statement ${what}`,
      ),
      ...["removed", "Principal changed", "Action changed", "Effect changed"].map((what) => `trust statement ${what}`),
      ...["log view opened", "log view loosened", "every log copied", "logs copied elsewhere"],
      ...["another project's service copied", "logs no longer copied"],
    ]),
  );
  expect(unseen({ stack: AUDITED.stack }, found)).toEqual([]);
});

describe("a review", () => {
  const LOGS = "copy logs | log bucket storefront-dev-auditors";
  const VIEW = `${GROUP} | read the logs | Google Cloud through log view auditors`;
  const BUCKET = "google_logging_project_bucket_config.auditors";

  testAll<[string, Change, string]>([
    [
      "the output of containers",
      (resource) =>
        Object.assign(resource.google_logging_log_view.auditors, { filter: 'SOURCE("projects/storefront-dev")' }),
      `+ ~ ${VIEW}`,
    ],
    [
      "less of the containers' output",
      (resource) => {
        resource.google_logging_log_view.auditors.filter += ' AND NOT LOG_ID("x")';
      },
      `- ~ ${VIEW}`,
    ],
    [
      "an additional service in the bucket",
      (resource) => {
        const sink = resource.google_logging_project_sink.auditors;
        sink.filter = sink.filter.replace('("storefront-dev-accounts"', '("storefront-dev-accounts" OR "x"');
      },
      `+ ~ sink storefront-dev-auditors | ${LOGS}`,
    ],
    [
      "one service less in the bucket",
      (resource) => {
        const sink = resource.google_logging_project_sink.auditors;
        sink.filter = sink.filter.replace('"storefront-dev-accounts" OR ', "").replace("storefront-dev-accounts|", "");
      },
      `- ~ sink storefront-dev-auditors | ${LOGS}`,
    ],
    [
      "logs kept for a shorter time",
      (resource) => Object.assign(resource.google_logging_project_bucket_config.auditors, { retention_days: 1 }),
      `+ retention_days of ${BUCKET}: 7 → 1`,
    ],
    [
      "another bucket",
      (resource) => Object.assign(resource.google_logging_project_bucket_config.auditors, { enable_analytics: true }),
      `+ enable_analytics of ${BUCKET}: not set → true`,
    ],
  ])("%s", (_, change, found) => {
    expect(lines(accessBetween(AUDITED, edited(AUDITED, change)))).toEqual([found]);
  });
});
