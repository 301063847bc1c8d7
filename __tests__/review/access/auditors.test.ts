import type { Intent } from "../../../intent/intent";
import { accessLedger } from "../../../review/access";
import { READ_LOGS } from "../../../review/access/auditor-rows";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { guardSentence, rowSentence } from "../../../review/report/sentences";
import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../support/auditors";
import { mutations } from "../../support/ledger-mutations";
import { intentOf, stackOf } from "../../support/stack";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const of = (intent: Intent): Json => stackOf(intent).json;
const DEV = of(auditedDev());
const [ROLE = ""] = AUDITORS.awsRoles;
const GROUP = `group:${AUDITORS.googleGroups[0]}`;
const ALONE = "alone: no secret, no token, no service";

/** Who reads the logs, and what beside them, after a change of the stack. */
function readers(change: (stack: Json) => void = () => {}, stack: Json = DEV) {
  const changed = structuredClone(stack);
  change(changed);
  const rows = accessLedger(changed).filter(({ may }) => may === READ_LOGS);
  return rows.map(({ who, on, under }) => [who, on, under.split("; ").at(-1)]);
}

/** A change of the role's policy. */
const policy = (change: (statements: Json[]) => void) => (stack: Json) => {
  const role = stack.resource.aws_iam_role_policy.auditors;
  const document = JSON.parse(role.policy);
  change(document.Statement);
  role.policy = JSON.stringify(document);
};

test("each auditor has a row that says of which logs, and that there is nothing else", () => {
  const rows = accessLedger(DEV).filter(({ may }) => may === READ_LOGS);
  expect(rows.map(({ who, on }) => `${who} ${on}`)).toEqual([
    "arn:aws:iam::111122223333:role/compliance AWS as role storefront-dev-auditors",
    "arn:aws:iam::444455556666:role/audit/reader AWS as role storefront-dev-auditors",
    "group:auditors@example.com Google Cloud through log view auditors",
  ]);
  expect(rows[0]?.under).toBe(
    `${[
      "/aws/vendedlogs/storefront-dev-access",
      "/aws/lambda/storefront-dev-callers",
      "/aws/lambda/storefront-dev-public",
    ]
      .map((name) => `log group ${name}:*`)
      .join(", ")}; ${ALONE}`,
  );
});

test.each([
  ["rest", of(auditedRest())],
  ["where the gateway itself decides", of(auditedPreview())],
])("%s: all of them read alone", (_, stack) => {
  expect(new Set(readers(() => {}, stack).map(([, , last]) => last))).toEqual(new Set([ALONE]));
});

test.each<[string, (stack: Json) => void, string, string]>([
  ["an action more", policy(([read]) => read.Action.push("secretsmanager:GetSecretValue")), ROLE, "AND secretsmanager"],
  ["masked data", policy(([read]) => read.Action.push("logs:Unmask")), ROLE, "AND logs:Unmask"],
  [
    "everything but",
    policy((all) => all.push({ Effect: "Allow", NotAction: "x", Resource: "*" })),
    ROLE,
    "AND everything",
  ],
  [
    "a policy that stands in the role itself",
    ({ resource }) =>
      Object.assign(resource.aws_iam_role.auditors, {
        inline_policy: {
          policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "logs:Unmask", Resource: "*" } }),
        },
      }),
    ROLE,
    "AND logs:Unmask",
  ],
  [
    "a managed policy",
    ({ resource }) => Object.assign(resource.aws_iam_role.auditors, { managed_policy_arns: ["arn:x"] }),
    ROLE,
    "AND all of arn:x",
  ],
  ["no denial", policy((all) => all.pop()), ROLE, "AND WHAT SOMEBODY ATTACHES"],
  ["a denial with a gap", policy(([, , deny]) => deny.NotAction.push("sts:*")), ROLE, "AND WHAT SOMEBODY ATTACHES"],
  ["a denial at times", policy(([, , deny]) => Object.assign(deny, { Condition: {} })), ROLE, "AND WHAT SOMEBODY"],
  [
    "a policy of AWS's own",
    ({ resource }) =>
      Object.assign(resource, {
        aws_iam_role_policy_attachment: { x: { role: "${aws_iam_role.auditors.name}", policy_arn: "arn:x" } },
      }),
    ROLE,
    "AND all of arn:x",
  ],
  [
    "another role that trusts it",
    ({ resource }) =>
      Object.assign(resource.aws_iam_role.orders, {
        assume_role_policy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { AWS: "${aws_iam_role.auditors.arn}" }, Action: "sts:AssumeRole" },
          ],
        }),
      }),
    ROLE,
    "AND sts:AssumeRole (trusted) on role storefront-dev-orders",
  ],
  [
    "a client's secret under its own name",
    ({ resource }) =>
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
    ({ resource }) => resource.google_cloud_run_v2_service_iam_binding.orders.members.push(GROUP),
    GROUP,
    "AND roles/run.invoker on service storefront-dev-orders",
  ],
  [
    "a secret of a service",
    ({ resource }) => resource.google_secret_manager_secret_iam_binding.orders_database_url.members.push(GROUP),
    GROUP,
    "AND roles/secretmanager.secretAccessor",
  ],
])("%s, and it is no longer said that there is nothing else", (_, change, who, last) => {
  const rows = readers(change).filter(([name]) => name === who);
  expect(rows).toEqual([[who, expect.any(String), expect.stringContaining(last)]]);
});

test("an auditor who calls as well is told", () => {
  const who = `aws/${ROLE}`;
  const caller = { kind: "oidc", id: "aws", grants: "subjects", issuer: "https://i.example", audiences: ["x"] };
  const policyJson = {
    cacheSeconds: 0,
    issuers: [{ ...caller, subjects: [{ subject: ROLE, scopes: ["orders/read"] }] }],
    services: {},
    routes: { "GET /orders": { service: "orders", access: { scopes: ["orders/read"] } } },
  } as Json;
  const rows = accessLedger(DEV, policyJson);
  expect(rows.some((row) => row.who === who && row.may === "GET /orders")).toBe(true);
  expect(rows.find((row) => row.who === ROLE && row.may === READ_LOGS)?.under).toContain("AND GET /orders");
});

describe("every grant of auditors, removed or loosened alone", () => {
  const ledger = (stack: Json) => accessLedger(stack).map((row) => JSON.stringify(row));
  const rows = ledger(DEV);
  const found = [...mutations({ stack: DEV })].filter(({ name }) => /auditors/.test(name));

  test("is mutated", () => {
    expect(new Set(found.map(({ kind }) => kind))).toEqual(
      new Set([
        ...["member removed", "member loosened", "role widened", "inline policy added", "managed policy added"],
        ...["removed", "Action changed", "NotAction changed", "Resource changed", "Effect changed"].map(
          (s) => `statement ${s}`,
        ),
        ...["removed", "Principal changed", "Action changed", "Effect changed"].map((s) => `trust statement ${s}`),
        ...["log view opened", "log view loosened", "every log copied", "logs copied elsewhere"],
        ...["another project's service copied", "logs no longer copied"],
      ]),
    );
  });

  test.each(found.map(({ name, mutated }) => ({ name, mutated })))("$name changes a row", ({ mutated }) => {
    expect(ledger(mutated.stack)).not.toEqual(rows);
  });
});

describe("what a review says", () => {
  const NOBODY = of(intentOf("dev"));
  const told = (before: Json, after: Json) => {
    const { access } = changeOfStacks(
      "dev",
      { stack: before } as SynthesizedState,
      { stack: after } as SynthesizedState,
    );
    return [
      ...access.rows.map((row) => `${row.effect}: ${rowSentence(row)}`),
      ...access.guards.map((guard) => `${guard.effect}: ${guardSentence(guard)}`),
    ];
  };
  const changed = (change: (stack: Json) => void) => {
    const stack = structuredClone(DEV);
    change(stack);
    return stack;
  };

  test("auditors come: broader, in words", () => {
    const lines = told(NOBODY, DEV);
    expect(lines).toEqual(
      expect.arrayContaining([
        `broadened: ${ROLE} may now read the logs in AWS as role storefront-dev-auditors`,
        `broadened: ${GROUP} may now read the logs in Google Cloud through log view auditors`,
        `broadened: ${GROUP} now has roles/logging.viewAccessor on log view auditors`,
      ]),
    );
    expect(lines.filter((line) => /what it opens/.test(line))).toEqual([]);
  });

  test("auditors go: narrower in everything", () => {
    expect(told(DEV, NOBODY).filter((line) => !line.startsWith("narrowed: "))).toEqual([]);
  });

  test.each<[string, (stack: Json) => void, string]>([
    [
      "what containers print",
      ({ resource }) =>
        Object.assign(resource.google_logging_log_view.auditors, { filter: 'SOURCE("projects/storefront-dev")' }),
      `broadened: ${GROUP} may read the logs in Google Cloud through log view auditors under a looser or other condition`,
    ],
    [
      "less of what containers print",
      ({ resource }) => {
        resource.google_logging_log_view.auditors.filter += ' AND NOT LOG_ID("x")';
      },
      `narrowed: ${GROUP} may read the logs in Google Cloud through log view auditors under a stricter condition`,
    ],
    [
      "a service more in the bucket",
      ({ resource }) => {
        const sink = resource.google_logging_project_sink.auditors;
        sink.filter = sink.filter.replace('("storefront-dev-accounts"', '("storefront-dev-accounts" OR "x"');
      },
      "broadened: sink storefront-dev-auditors may copy logs on log bucket storefront-dev-auditors under a looser or other condition",
    ],
    [
      "a service less in the bucket",
      ({ resource }) => {
        const sink = resource.google_logging_project_sink.auditors;
        sink.filter = sink.filter.replace('"storefront-dev-accounts" OR ', "").replace("storefront-dev-accounts|", "");
      },
      "narrowed: sink storefront-dev-auditors may copy logs on log bucket storefront-dev-auditors under a stricter condition",
    ],
    [
      "logs kept for a shorter time",
      ({ resource }) => Object.assign(resource.google_logging_project_bucket_config.auditors, { retention_days: 1 }),
      "broadened: retention_days of google_logging_project_bucket_config.auditors is weaker: 7 → 1",
    ],
    [
      "another bucket",
      ({ resource }) =>
        Object.assign(resource.google_logging_project_bucket_config.auditors, { enable_analytics: true }),
      "broadened: enable_analytics of google_logging_project_bucket_config.auditors is another: not set → true",
    ],
  ])("%s", (_, change, line) => {
    expect(told(DEV, changed(change))).toEqual([line]);
  });

  test("another text of a saved query opens nothing", () => {
    const other = changed(({ resource }) =>
      Object.assign(resource.aws_cloudwatch_query_definition.used_grants, { query_string: "fields @message" }),
    );
    expect(told(DEV, other)).toEqual([]);
  });
});
