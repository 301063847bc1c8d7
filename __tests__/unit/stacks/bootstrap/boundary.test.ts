import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { App, Testing } from "cdktf";
import type { BootstrapIntent } from "../../../../intent/model/bootstrap-intent";
import type { Intent } from "../../../../intent/model/intent";
import { evaluatePolicy } from "../../../../packages/terraform-access-review/access/iam/evaluate";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { declareEnvironment } from "../../../../stacks/front-door";
import { auditedDev } from "../../../support/auditors";
import { bootstrapStack, statementsOf } from "../../../support/bootstrap";
import { everythingOfRest } from "../../../support/everything";
import { terraformOf } from "../../../support/resolved-stack";
import { rotatedIntent } from "../../../support/rotation";
import { bootstrapOf, intents } from "../../../support/shop";
import { BUILD, type Synthesized, stackOf, statements } from "../../../support/stack";

const { aws, prefix } = bootstrapOf("dev");
const { account, region } = aws;
const ARN = `arn:aws:iam::${account}:policy/${prefix}-boundary`;
const bounded = (changes: Partial<BootstrapIntent> = {}) =>
  bootstrapStack({ ...changes, aws: { ...aws, boundaryArn: ARN } });
const stack = bounded();
const policy: string = stack.resource("aws_iam_policy", "boundary").policy;

/** The intent of an environment whose bootstrap declares a boundary, and that boundary. */
function withBoundary(intent: Intent): {
  readonly own: Synthesized;
  readonly boundary: string;
} {
  const arn = `arn:aws:iam::${intent.aws.account}:policy/${intent.prefix}-boundary`;
  const place = {
    account: intent.aws.account,
    region: intent.aws.region,
    boundaryArn: arn,
  };
  const { policy: boundary } = bootstrapStack({
    prefix: intent.prefix,
    aws: { ...aws, ...place },
  }).resource("aws_iam_policy", "boundary");
  return {
    own: stackOf({ ...intent, aws: { ...intent.aws, boundaryArn: arn } }),
    boundary,
  };
}

/** An example of each resource of a statement, with names in place of references and of wildcards. */
function arnsIn(own: Synthesized, { aws: { account, region } }: Intent, resource: unknown): readonly string[] {
  const named: Readonly<Record<string, readonly [attribute: string, start: string]>> = {
    aws_cloudwatch_log_group: ["name", `arn:aws:logs:${region}:${account}:log-group:`],
    aws_cognito_user_pool: ["name", `arn:aws:cognito-idp:${region}:${account}:userpool/`],
    aws_secretsmanager_secret: ["name", `arn:aws:secretsmanager:${region}:${account}:secret:`],
  };
  return [resource].flat().map((text) =>
    String(text).replace(/\$\{(\w+)\.(\w+)\.arn\}/, (reference, type: string, name: string) => {
      const [attribute, start] = named[type] ?? [];
      if (attribute === undefined) throw new Error(`an unknown reference: ${reference}`);
      return start + own.resource(type, name)[attribute];
    }),
  );
}

const MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
const PUSH_LOGS = ["CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams"].concat([
  "PutLogEvents",
  "GetLogEvents",
  "FilterLogEvents",
]);

/** What the roles of an environment are allowed, and whether each is inside the boundary. */
function allowed(intent: Intent) {
  const { own, boundary } = withBoundary(intent);
  const inline = Object.values(own.all("aws_iam_role_policy")).flatMap(({ role, policy }) =>
    statements(String(policy)).map((statement) => ({ role, statement })),
  );
  const attached = Object.values(own.all("aws_iam_role_policy_attachment")).map(({ role, policy_arn }) => {
    expect(policy_arn).toBe(MANAGED);
    return {
      role,
      statement: {
        Effect: "Allow",
        Action: PUSH_LOGS.map((each) => `logs:${each}`),
        Resource: "*",
      },
    };
  });
  return [...inline, ...attached]
    .filter(({ statement }) => statement.Effect === "Allow")
    .flatMap(({ role, statement }) => {
      const [, name = ""] = /^\$\{aws_iam_role\.(\w+)\.name\}$/.exec(String(role)) ?? [];
      const principal = `arn:aws:iam::${intent.aws.account}:role/${own.resource("aws_iam_role", name).name}`;
      const context = { "aws:PrincipalArn": principal };
      return [statement.Action].flat().flatMap((action: string) =>
        arnsIn(own, intent, statement.Resource).map((resource) => ({
          request: `${principal} ${action} ${resource}`,
          verdict: evaluatePolicy(boundary, { action, resource, principals: [principal], context }, "identity"),
        })),
      );
    });
}

test.each([
  ...intents().map((intent) => [intent.environment, intent] as const),
  ["a REST API with everything", everythingOfRest()] as const,
  ["rotated secrets", rotatedIntent()] as const,
  ["auditors", auditedDev()] as const,
])("%s: each role has the boundary, and all that a role is allowed is inside it", (_, intent) => {
  const { own } = withBoundary(intent);
  const boundaries = Object.values(own.all("aws_iam_role")).map((role) => role.permissions_boundary);
  expect(new Set(boundaries)).toEqual(
    new Set(boundaries.length === 0 ? [] : [`arn:aws:iam::${intent.aws.account}:policy/${intent.prefix}-boundary`]),
  );
  const outside = allowed(intent).filter(({ verdict }) => verdict !== "allow");
  expect(outside.map(({ request }) => request)).toEqual([]);
});

test("a role with any policy reaches nothing of IAM, no other role, secret, place or log group", () => {
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const verdict = (action: string, resource: string, principal = role(`${prefix}-callers`)) =>
    evaluatePolicy(
      policy,
      {
        action,
        resource,
        principals: [principal],
        context: { "aws:PrincipalArn": principal },
      },
      "identity",
    );
  const logs = `arn:aws:logs:${region}:${account}:log-group:`;
  const secret = (of: string, name: string) => `arn:aws:secretsmanager:${region}:${of}:secret:${name}`;
  const refused = [
    ["iam:CreateRole", role(`${prefix}-other`)],
    ["iam:PassRole", role(`${prefix}-callers`)],
    ["iam:DeleteRolePermissionsBoundary", role(`${prefix}-callers`)],
    ["iam:CreatePolicyVersion", ARN],
    ["sts:AssumeRole", role("developers")],
    ["sts:AssumeRole", role("terraform")],
    ["sts:AssumeRole", `arn:aws:iam::999999999999:role/${prefix}-orders`],
    ["secretsmanager:GetSecretValue", secret(account, "other/clients/a")],
    ["secretsmanager:GetSecretValue", secret("999999999999", `${prefix}/clients/a`)],
    ["cognito-idp:AddUserPoolClientSecret", `arn:aws:cognito-idp:${region}:999999999999:userpool/a`],
    ["logs:GetLogEvents", `${logs}/aws/lambda/other:*`],
    ["logs:PutLogEvents", `${logs}/aws/lambda/other:*`],
    ["s3:GetObject", "arn:aws:s3:::any/key"],
    ["ec2:RunInstances", "*"],
    ["lambda:InvokeFunction", `arn:aws:lambda:${region}:${account}:function:${prefix}-callers`],
  ].filter(([action = "", resource = ""]) => verdict(action, resource) !== "none");
  expect(refused).toEqual([]);
  expect(verdict("sts:AssumeRole", role(`${prefix}-orders`))).toBe("allow");
  expect(verdict("logs:PutLogEvents", `${logs}/aws/lambda/other:*`, role(`${prefix}-gateway-logs`))).toBe("allow");
});

/** The role's statements that allow an action. */
const allowing = (of: Synthesized, role: string, action: string) =>
  statementsOf(of, role)
    .filter(({ Action }) => [Action].flat().includes(action))
    .map(({ Resource, Condition }) => ({ Resource, Condition }));

test("the deploy identity gives a role permissions or another trust only inside the boundary, which it may not change", () => {
  const Resource = [`arn:aws:iam::${account}:role/${prefix}-*`];
  const Condition = { StringEquals: { "iam:PermissionsBoundary": ARN } };
  const writes = ["CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy"];
  for (const action of writes) {
    expect([action, allowing(stack, "deploy", `iam:${action}`)]).toEqual([action, [{ Resource, Condition }]]);
    expect([action, allowing(stack, "plan", `iam:${action}`)]).toEqual([action, []]);
  }
  expect(allowing(stack, "deploy", "iam:AttachRolePolicy")).toEqual([
    {
      Resource: [`arn:aws:iam::${account}:role/${prefix}-gateway-logs`],
      Condition: {
        StringEquals: {
          "iam:PolicyARN": MANAGED,
          "iam:PermissionsBoundary": ARN,
        },
      },
    },
  ]);
  const iam = statementsOf(stack, "deploy").flatMap(({ Action }) =>
    [Action].flat().filter((each) => /^iam:(?!Get|List)/.test(each)),
  );
  expect([...new Set(iam)].sort()).toEqual(
    [
      ...[
        ...writes,
        "AttachRolePolicy",
        "CreateServiceLinkedRole",
        "DeleteRole",
        "DeleteRolePolicy",
        "DetachRolePolicy",
      ],
      ...["PassRole", "TagRole", "UntagRole", "UpdateRole", "UpdateRoleDescription"],
    ]
      .map((each) => `iam:${each}`)
      .sort(),
  );
});

test("a role of main.ts has the boundary too, unless it names another, and config says what it may do at most", () => {
  const intent = intents().find(({ environment }) => environment === "dev") as Intent;
  const app = new App({ outdir: Testing.app().outdir });
  const own = declareEnvironment(app, { ...intent, aws: { ...intent.aws, boundaryArn: ARN } }, BUILD, {
    extend: (scope) => {
      for (const [id, permissionsBoundary] of Object.entries({ one: undefined, other: "arn:other" }))
        new IamRole(scope, id, { assumeRolePolicy: "{}", ...(permissionsBoundary && { permissionsBoundary }) });
    },
  });
  const { one, other } = (terraformOf(own) as unknown as StackJson).resource.aws_iam_role ?? {};
  expect([one?.permissions_boundary, other?.permissions_boundary]).toEqual([ARN, "arn:other"]);
  const on = [`arn:aws:dynamodb:${region}:${account}:table/${prefix}-*`];
  const permissions = [{ type: "aws_dynamodb_table", read: [], write: [], roles: ["dynamodb:GetRecords"], on }];
  const wider = statements(bounded({ permissions }).resource("aws_iam_policy", "boundary").policy);
  expect(wider).toEqual([
    ...statements(policy),
    { Sid: "OwnDynamodbTable", Effect: "Allow", Action: ["dynamodb:GetRecords"], Resource: on },
  ]);
  const table = { type: "aws_dynamodb_table", read: [], write: [], on };
  const many = [{ ...table, roles: Array.from({ length: 200 }, (_, index) => `dynamodb:AVeryLongAction${index}`) }];
  expect(() => bounded({ permissions: many })).toThrow(
    /^config\/bootstrap\.yaml:\d+:\d+ {2}environments\.dev {2}got \d+ characters of permissions boundary, expected 6144/,
  );
});

test("without a boundary there is no policy, and the deploy identity may set none", () => {
  const lean = bootstrapStack();
  expect(lean.all("aws_iam_policy")).toEqual({});
  expect(allowing(lean, "deploy", "iam:PutRolePermissionsBoundary")).toEqual([]);
  expect(allowing(lean, "deploy", "iam:PutRolePolicy")).toEqual([
    { Resource: [`arn:aws:iam::${account}:role/${prefix}-*`] },
  ]);
  expect(Object.values(stackOf(intents()[0] as Intent).all("aws_iam_role"))).toEqual(
    expect.not.arrayContaining([expect.objectContaining({ permissions_boundary: expect.anything() })]),
  );
});
