import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BootstrapIntent } from "../../../intent/bootstrap-intent";
import { AWS_NEEDS, type AwsNeed } from "../../../stacks/bootstrap/aws/permissions";
import { AWS_RESOURCES } from "../../../stacks/bootstrap/aws/resources";
import { GOOGLE_NEEDS } from "../../../stacks/bootstrap/google/permissions";
import { bootstrapStack, bootstraps } from "../../support/bootstrap";
import { statements } from "../../support/stack";

const SYNTHESIZED = join(__dirname, "../../../synthesized");

/** Types of what every environment's committed stack declares. */
const declared = readdirSync(SYNTHESIZED)
  .filter((name) => !name.startsWith("bootstrap-"))
  .flatMap((name) => Object.keys(JSON.parse(readFileSync(join(SYNTHESIZED, name, "main.tf.json"), "utf8")).resource));
const types = [...new Set(declared)].sort();
const rows = [...Object.keys(AWS_NEEDS), ...Object.keys(GOOGLE_NEEDS)].sort();
const needs = [...Object.values(AWS_NEEDS).flat(), ...Object.values(GOOGLE_NEEDS)];

/** What of the table an environment has at all: no zone, no records. */
function needed({ aws, prefix }: BootstrapIntent): readonly AwsNeed[] {
  const place = { account: aws.account, region: aws.region, prefix, ...(aws.zoneId && { zoneId: aws.zoneId }) };
  return Object.values(AWS_NEEDS)
    .flat()
    .filter(({ on }) => AWS_RESOURCES[on](place).length > 0);
}

/** IAM's limit for all inline policies of a role together, in characters without white space. */
const INLINE_CHARACTERS = 10_240;
/** What a plan role may do at all: look. */
const READS =
  /^(apigateway:GET|[a-z0-9-]+:(Get|List|Describe)[A-Za-z]+|[a-z]+(\.[A-Za-z]+)+\.(get|list|getIamPolicy))$/;

test("each type of resource has a row, and each row a type that some environment declares", () => {
  expect(rows).toEqual(types);
});

test("no row has a star, repeats itself, or writes where it says it reads", () => {
  for (const { read, write } of needs) {
    expect([...read, ...write].filter((action) => /[*?]/.test(action))).toEqual([]);
    expect(new Set([...read, ...write]).size).toBe(read.length + write.length);
    expect(read.filter((action) => !READS.test(action))).toEqual([]);
  }
});

/** Beside the table stand the state and its lock. */
const STATE = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];

describe.each(bootstraps())("$environment", (bootstrap) => {
  const stack = bootstrapStack(bootstrap, bootstrap.environment);
  const actions = (role: string): string[] =>
    statements(stack.resource("aws_iam_role_policy", role).policy).flatMap(({ Action }) => Action);
  const permissions = (role: string): string[] => stack.resource("google_project_iam_custom_role", role).permissions;

  test("the deployer has exactly what the table says, and the state", () => {
    const aws = needed(bootstrap).flatMap(({ read, write }) => [...read, ...write]);
    expect([...new Set(actions("deploy"))].sort()).toEqual([...new Set([...aws, ...STATE])].sort());
    const google = Object.values(GOOGLE_NEEDS).flatMap(({ read, write }) => [...read, ...write]);
    expect([...permissions("deploy"), ...permissions("audit")].sort()).toEqual([...new Set(google)].sort());
  });

  test("the planner reads what the table says, and the state, and writes nothing", () => {
    const aws = needed(bootstrap).flatMap(({ read }) => read);
    expect([...new Set(actions("plan"))].sort()).toEqual(
      [...new Set([...aws, "s3:GetObject", "s3:ListBucket"])].sort(),
    );
    expect([...new Set(actions("plan"))].filter((action) => !READS.test(action))).toEqual([]);
    const google = Object.values(GOOGLE_NEEDS).flatMap(({ read }) => read);
    expect(permissions("plan")).toEqual([...new Set(google)].sort());
  });

  test("neither may touch another environment's state, this stack's own, or these two roles", () => {
    const text = JSON.stringify(stack.all("aws_iam_role_policy"));
    for (const { bucket, environment } of bootstraps()) {
      if (environment !== bootstrap.environment) expect(text).not.toContain(bucket.name);
    }
    expect(text).not.toContain("bootstrap/");
    for (const { Resource } of ["plan", "deploy"].flatMap((role) =>
      statements(stack.resource("aws_iam_role_policy", role).policy),
    )) {
      for (const arn of [Resource]
        .flat()
        .filter((each) => each.includes(":role/") && !each.includes(":role/aws-service-role/"))) {
        expect(arn).toMatch(new RegExp(`:role/${bootstrap.prefix}-`));
      }
    }
  });

  test("a role's policy fits, hands roles to functions and to the gateway's logs alone, and attaches one policy", () => {
    for (const role of ["plan", "deploy"]) {
      expect(stack.resource("aws_iam_role_policy", role).policy.length).toBeLessThan(INLINE_CHARACTERS);
    }
    const passing = statements(stack.resource("aws_iam_role_policy", "deploy").policy).filter(({ Action }) =>
      [Action].flat().includes("iam:PassRole"),
    );
    expect(passing).toEqual([
      expect.objectContaining({
        Action: ["iam:PassRole"],
        Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
      }),
      expect.objectContaining({
        Action: ["iam:PassRole"],
        Condition: { StringEquals: { "iam:PassedToService": "apigateway.amazonaws.com" } },
      }),
    ]);
    const attaching = statements(stack.resource("aws_iam_role_policy", "deploy").policy).filter(({ Action }) =>
      [Action].flat().includes("iam:AttachRolePolicy"),
    );
    expect(attaching).toEqual([
      expect.objectContaining({
        Condition: {
          StringEquals: {
            "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
          },
        },
      }),
    ]);
  });
});
