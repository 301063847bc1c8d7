import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { changeOfPlan } from "../../../../packages/terraform-access-review/plan/from-plan";
import { fixture } from "../../../fixtures/plans/fixture";
import { auditedDev } from "../../../support/auditors";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { intentOf } from "../../../support/shop";
import { small } from "../../../support/small";
import { accessBetween, edited, type Json, lines, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";
import { watchedDev } from "../../../support/watched";

const own = (state: SynthesizedState): SynthesizedState => ({ ...state, isOwnCode: true });

const [dev, monthly] = [intentOf("dev"), rotatedIntent()].map((intent) => stateOf(small(intent))) as [
  SynthesizedState,
  SynthesizedState,
];
const KEY = "rotate_secret_reporting_agent";
const NAME = "storefront-dev-rotate-reporting-agent";
const ROLE = `arn:aws:iam::111122223333:role/${NAME}`;
const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";
const STARTED = `- rotation_rules.automatically_after_days of ${ROTATION}: not set → 30`;

const broader = (all: readonly string[]) => all.filter((each) => each.startsWith("+"));

test("the start of a rotation is one stronger protection, with the secret and the days", () => {
  const access = accessBetween(dev, own(monthly));
  expect(lines(access)).toEqual([STARTED]);
  expect(access.guards).toEqual([expect.objectContaining({ thing: "storefront-dev/clients/reporting-agent" })]);
});

test("two rotations that start together are two stronger protections", () => {
  const both = { "reporting-agent": { rotateEveryDays: 30 }, "support-desk": { rotateEveryDays: 90 } };
  const access = accessBetween(dev, own(stateOf(small(variantOf("dev", { clients: both })))));
  expect(access.rows).toEqual([]);
  expect(access.guards.map(({ effect, thing, after }) => [effect, thing, after])).toEqual([
    ["narrowed", "storefront-dev/clients/reporting-agent", "30"],
    ["narrowed", "storefront-dev/clients/support-desk", "90"],
  ]);
});

test("monitoring that names the function uses no part of the rotation", () => {
  const [before, after] = [{}, { clients: { "reporting-agent": { rotateEveryDays: 30 } } }].map((patch) =>
    stateOf(small(watchedDev(patch))),
  ) as [SynthesizedState, SynthesizedState];
  const shown = JSON.stringify([
    after.stack.resource.aws_cloudwatch_dashboard,
    after.stack.resource.aws_cloudwatch_metric_alarm,
  ]);
  expect(shown).toContain(NAME);
  expect(lines(accessBetween(before, own(after)))).toEqual([STARTED]);
});

test("an auditor who may read the log of the rotation is a grant of its own", () => {
  const audited = auditedDev();
  const reporting = { ...audited.clients.find(({ id }) => id === "reporting-agent"), rotateEveryDays: 30 } as Json;
  const clients = audited.clients.map((each) => (each.id === "reporting-agent" ? reporting : each));
  const found = lines(accessBetween(stateOf(audited), own(stateOf({ ...audited, clients }))));
  expect(found).toContain(STARTED);
  expect(broader(found).every((each) => each.includes("auditors"))).toBe(true);
  expect(broader(found)).not.toEqual([]);
});

test("if the functions' code is not the program's own, everything that the rotation adds is broader", () => {
  const found = broader(lines(accessBetween(dev, monthly)));
  expect(found).toHaveLength(8);
  expect(found.some((each) => each.includes(`role ${NAME} | secretsmanager:DescribeSecret`))).toBe(true);
});

test("the same applies to a plan", () => {
  const { plan, head, base } = fixture("rotation-started");
  const found = broader(lines(changeOfPlan("dev", plan, { head, base }).access));
  expect(found).toEqual(broader(lines(accessBetween(base as SynthesizedState, head))));
  expect(found).toHaveLength(8);
});

test("a new client with a rotation has the same rows as without own code", () => {
  const without = edited(dev, (all) => {
    for (const type of ["", "_policy", "_version"]) delete all[`aws_secretsmanager_secret${type}`].reporting_agent;
  });
  expect(lines(accessBetween(without, own(monthly)))).toEqual(lines(accessBetween(without, monthly)));
});

test("the end of a rotation is broader", () => {
  const found = broader(lines(accessBetween(own(monthly), own(dev))));
  expect(found).toContain(`+ @presence of ${ROTATION}: true → false`);
});

/** The same lines as without own code, of which at least one is broader. */
function expectAsBefore(before: SynthesizedState, after: SynthesizedState): void {
  const [found, all] = [own(after), after].map((state) => accessBetween(before, state));
  expect(lines(found as Json)).toEqual(lines(all as Json));
  expect(verdict(found as Json)).toBe("broadened");
}

/** Changes the JSON of a policy in a text. */
function changeDocument(body: Json, argument: string, change: (statements: Json[]) => void): void {
  const document = JSON.parse(body[argument]);
  change(document.Statement);
  body[argument] = JSON.stringify(document);
}

const variablesOf = (all: Json) => all.aws_lambda_function[KEY].environment.variables;
const permissions = (all: Json, change: (statements: Json[]) => void) =>
  changeDocument(all.aws_iam_role_policy[KEY], "policy", change);
const denial = (all: Json, change: (statements: Json[]) => void) =>
  changeDocument(all.aws_secretsmanager_secret_policy.reporting_agent, "policy", change);
const exempt = (...names: readonly string[]) => [
  ...["reporting", ...names, "terraform", "terraform-plan"].map((name) => `arn:aws:iam::111122223333:role/${name}`),
];

testAll<[string, (all: Json, copy: Json) => unknown]>([
  ["a foreign token endpoint", (all) => (variablesOf(all).TOKEN_ENDPOINT = "https://evil.example/oauth2/token")],
  ["another secret", (all) => (variablesOf(all).SECRET_ARN = `\${aws_secretsmanager_secret.support_desk.arn}`)],
  ["another client", (all) => (variablesOf(all).CLIENT_ID = `\${aws_cognito_user_pool_client.support_desk.id}`)],
  ["another variable", (all) => (variablesOf(all).NODE_OPTIONS = "--import=data:text/javascript,x")],
  ["a layer", (all) => (all.aws_lambda_function[KEY].layers = ["arn:aws:lambda:eu-west-1:1:layer:x:1"])],
  ["another provider", (all) => (all.aws_lambda_function[KEY].provider = "aws.other")],
  ["ignored changes of the code", (all) => (all.aws_lambda_function[KEY].lifecycle = { ignore_changes: "all" })],
  [
    "one more statement",
    (all) => permissions(all, (all) => all.push({ Sid: "X", Effect: "Allow", Action: "s3:GetObject", Resource: "x" })),
  ],
  ["one more action", (all) => permissions(all, (all) => all[1].Action.push("secretsmanager:PutResourcePolicy"))],
  [
    "a trusted account",
    (all) =>
      changeDocument(all.aws_iam_role[KEY], "assume_role_policy", (all) => {
        all.push({ ...all[0], Sid: "X", Principal: { AWS: "arn:aws:iam::999999999999:root" } });
      }),
  ],
  [
    "a managed policy in the role",
    (all) => (all.aws_iam_role[KEY].managed_policy_arns = ["arn:aws:iam::aws:policy/x"]),
  ],
  [
    "an attached policy",
    (all) =>
      (all.aws_iam_role_policy_attachment = {
        x: { role: `\${aws_iam_role.${KEY}.name}`, policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      }),
  ],
  [
    "a policy that the list attaches",
    (all) => (all.aws_iam_role_policy_attachments_exclusive[KEY].policy_arns = ["arn:aws:iam::aws:policy/x"]),
  ],
  [
    "a second policy of the role, by name",
    (all) => (all.aws_iam_role_policy.x = { ...all.aws_iam_role_policy[KEY], name: "x", role: NAME }),
  ],
  [
    "a third permission to invoke the function",
    (all) => {
      const { source_arn, source_account, ...rest } =
        all.aws_lambda_permission[`secret_rotation${KEY.slice("rotate_secret".length)}`];
      all.aws_lambda_permission.x = rest;
    },
  ],
  [
    "a permission without a source account",
    (all) => delete all.aws_lambda_permission.secret_rotation_reporting_agent.source_account,
  ],
  [
    "a function URL",
    (all) => (all.aws_lambda_function_url = { x: { function_name: NAME, authorization_type: "NONE" } }),
  ],
  [
    "a second target of the rule",
    (all) =>
      (all.aws_cloudwatch_event_target.x = {
        ...all.aws_cloudwatch_event_target.check_secret_reporting_agent,
        target_id: "x",
      }),
  ],
  [
    "one more exempted role",
    (all) =>
      denial(all, (all) => {
        all[1].Condition.ArnNotEquals["aws:PrincipalArn"] = exempt("intern", NAME);
      }),
  ],
  [
    "another exempted role",
    (all) =>
      denial(all, (all) => {
        all[1].Condition.ArnNotEquals["aws:PrincipalArn"] = exempt("intern");
      }),
  ],
  [
    "no exempted role",
    (all) =>
      denial(all, (all) => {
        all[1].Condition.ArnNotEquals["aws:PrincipalArn"] = exempt();
      }),
  ],
  ["no denial", (all) => denial(all, (all) => all.pop())],
  [
    "a denial with one more condition key",
    (all) => denial(all, (all) => (all[1].Condition.ArnNotEquals["aws:SourceArn"] = ["x"])),
  ],
  [
    "a denial with one more condition operator",
    (all) => denial(all, (all) => (all[1].Condition.Bool = { "aws:SecureTransport": "false" })),
  ],
  ["a denial of less", (all) => denial(all, (all) => (all[1].Action = "secretsmanager:DescribeSecret"))],
  [
    "one more reader",
    (all) => denial(all, (all) => all[0].Principal.AWS.push("arn:aws:iam::111122223333:role/intern")),
  ],
  ["the role as a reader", (all) => denial(all, (all) => all[0].Principal.AWS.push(ROLE))],
  [
    "a policy that may be public",
    (all) => (all.aws_secretsmanager_secret_policy.reporting_agent.block_public_policy = false),
  ],
  [
    "a second policy of the secret",
    (all) => (all.aws_secretsmanager_secret_policy.x = { ...all.aws_secretsmanager_secret_policy.reporting_agent }),
  ],
  [
    "a role that another function has",
    (all) => (all.aws_lambda_function.callers.role = all.aws_lambda_function[KEY].role),
  ],
  [
    "a role that another policy names",
    (all) =>
      (all.aws_sns_topic_policy = {
        x: {
          arn: "x",
          policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { AWS: ROLE }, Action: "*" }] }),
        },
      }),
  ],
  [
    "a role that another role trusts",
    (all) =>
      changeDocument(all.aws_iam_role.callers, "assume_role_policy", (all) => {
        all.push({ Sid: "X", Effect: "Allow", Principal: { AWS: [ROLE] }, Action: "sts:AssumeRole" });
      }),
  ],
  ["a role that calls routes", (_, copy) => copy.policy.issuers.push({ ...copy.policy.issuers[0], id: "x", x: ROLE })],
  [
    "the secret of another client",
    (all) => {
      const rotation = all.aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent;
      rotation.secret_id = `\${aws_secretsmanager_secret.support_desk.id}`;
    },
  ],
  [
    "a second rotation of the secret",
    (all) => {
      const rotations = all.aws_secretsmanager_secret_rotation;
      rotations.x = { ...rotations.secret_rotation_reporting_agent, rotation_lambda_arn: "arn:aws:lambda:x" };
    },
  ],
  [
    "the first secret stays in use",
    (all) => (all.aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent.rotate_immediately = false),
  ],
  [
    "a schedule in place of days",
    (all) =>
      (all.aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent.rotation_rules = {
        schedule_expression: "rate(1000 days)",
      }),
  ],
  [
    "other contents of the secret",
    (all) => {
      const version = all.aws_secretsmanager_secret_version.reporting_agent;
      version.secret_string_wo = version.secret_string_wo.replace("orders/read", "orders/write");
    },
  ],
  [
    "more ignored changes of the secret's version",
    (all) =>
      (all.aws_secretsmanager_secret_version.reporting_agent.lifecycle.ignore_changes = [
        "secret_string_wo",
        "version_stages",
      ]),
  ],
  ["a changed client", (all) => (all.aws_cognito_user_pool_client.reporting_agent.access_token_validity = 1440)],
  ["a changed domain", (all) => (all.aws_cognito_user_pool_domain.customers.domain = "other")],
  ["an existing role", (_, copy) => (copy.stack.import = [{ to: `aws_iam_role.${KEY}`, id: NAME }])],
  ["two accounts", (_, copy) => copy.stack.provider.aws[0].allowed_account_ids.push("999999999999")],
])("%s leaves everything as it is without own code", (_, edit) => {
  expectAsBefore(dev, edited(monthly, edit));
});

test("other changes of access at the same time are reported", () => {
  const read = (names: readonly string[]) => (all: Json) =>
    changeDocument(all.aws_secretsmanager_secret_policy.support_desk, "policy", (statements) => {
      const readers = names.map((name) => `arn:aws:iam::111122223333:role/${name}`);
      statements[0].Condition.ArnNotEquals["aws:PrincipalArn"] = readers;
      const { Action, Resource } = statements[0];
      statements.push({ Sid: "X", Effect: "Allow", Principal: { AWS: readers }, Action, Resource });
    });
  const after = edited(monthly, read(["desk", "intern"]));
  const found = lines(accessBetween(edited(dev, read(["desk"])), own(after)));
  expect(found).toHaveLength(3);
  expect(broader(found)).toHaveLength(2);
  expect(found).toContain(STARTED);
});

test("another protection of the secret's version that ends is reported", () => {
  const before = edited(dev, (all) => {
    all.aws_secretsmanager_secret_version.reporting_agent.lifecycle.prevent_destroy = true;
  });
  const found = lines(accessBetween(before, own(monthly)));
  expect(found).toEqual([
    "+ lifecycle.prevent_destroy of aws_secretsmanager_secret_version.reporting_agent: true → not set",
    STARTED,
  ]);
});

const EXCEPTED = { Sid: "X", Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue" };
const addStatement = (all: Json, statement: Json) => denial(all, (all) => all.push(statement));

function addClientSecret(all: Json): void {
  const version = all.aws_secretsmanager_secret_version.reporting_agent;
  const other = `"x" = aws_cognito_user_pool_client.support_desk.client_secret, "scope"`;
  version.secret_string_wo = version.secret_string_wo.replace('"scope"', other);
}

testAll<[string, (all: Json) => unknown, (all: Json) => unknown]>([
  ["a role", (all) => (all.aws_iam_role[KEY] = monthly.stack.resource.aws_iam_role?.[KEY]), () => undefined],
  [
    "a function",
    (all) => (all.aws_lambda_function[KEY] = monthly.stack.resource.aws_lambda_function?.[KEY]),
    () => undefined,
  ],
  ["a secret with the secret of another client", (all) => addClientSecret(all), (all) => addClientSecret(all)],
  [
    "a domain with the path of another host",
    (all) => (all.aws_cognito_user_pool_domain.customers.domain = "evil.example/"),
    (all) => {
      all.aws_cognito_user_pool_domain.customers.domain = "evil.example/";
      variablesOf(all).TOKEN_ENDPOINT = "https://evil.example/.auth.eu-west-1.amazoncognito.com/oauth2/token";
    },
  ],
  [
    "a permission with exceptions",
    (all) => addStatement(all, { ...EXCEPTED, Condition: { ArnNotEquals: { "aws:PrincipalArn": [] } } }),
    (all) => addStatement(all, { ...EXCEPTED, Condition: { ArnNotEquals: { "aws:PrincipalArn": [ROLE] } } }),
  ],
])("with %s that existed before, everything is as it is without own code", (_, before, after) => {
  expectAsBefore(edited(dev, before), edited(monthly, after));
});

/** Arguments that open nothing, with another value that the program may write. */
const FREE: Readonly<Record<string, unknown>> = {
  "aws_cloudwatch_log_group.retention_in_days": 90,
  "aws_lambda_function.source_code_hash": `${"x".repeat(43)}=`,
  "aws_secretsmanager_secret_rotation.rotation_rules.automatically_after_days": 7,
};

test("the days, the retention of the log and the hash of the code are free", () => {
  for (const [path, value] of Object.entries(FREE)) {
    const [type = "", ...steps] = path.split(".");
    const after = edited(monthly, (all) => {
      const name = Object.keys(all[type]).find((each) => each.endsWith("reporting_agent")) ?? "";
      const last = steps.pop() ?? "";
      steps.reduce((at, step) => at[step], all[type][name])[last] = value;
    });
    expect(broader(lines(accessBetween(dev, own(after))))).toEqual([]);
  }
});
