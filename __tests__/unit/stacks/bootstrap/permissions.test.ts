import { RELEASE_PERMISSIONS } from "../../../../contract/release";
import type { BootstrapIntent } from "../../../../intent/model/bootstrap-intent";
import { AWS_NEEDS, type AwsNeed } from "../../../../stacks/bootstrap/aws/permissions";
import { AWS_RESOURCES } from "../../../../stacks/bootstrap/aws/resources";
import { GOOGLE_NEEDS } from "../../../../stacks/bootstrap/google/permissions";
import PREDEFINED from "../../../fixtures/google-permissions.json";
import { auditedDev } from "../../../support/auditors";
import { bootstrapStack, statementsOf } from "../../../support/bootstrap";
import { DOMAIN, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../../support/domains";
import { existing } from "../../../support/existing";
import { manyRoutes } from "../../../support/many-routes";
import { provisionedDev } from "../../../support/provisioned";
import { rotatedIntent } from "../../../support/rotation";
import { secretsDev } from "../../../support/secret-settings";
import { bootstrapOf, bootstraps, intents } from "../../../support/shop";
import { type Synthesized, stackOf } from "../../../support/stack";
import { synthesizedState } from "../../../support/synthesized";
import { watchedDev } from "../../../support/watched";

/** Settings that config supports but no environment of this repository uses. */
const ASKED_FOR = [
  restWith({ domain: DOMAIN, waf: WAF, mutualTls: MUTUAL_TLS, allowedNetworks: NETWORKS }),
  manyRoutes("one"),
  auditedDev(),
  secretsDev(),
  rotatedIntent(),
  watchedDev(),
  provisionedDev(),
  existing("dev"),
].flatMap((intent) => Object.keys(stackOf(intent).json.resource));

/** Types of what every environment of the shop declares. */
const declared = intents().flatMap(({ environment }) => Object.keys(synthesizedState(environment).stack.resource));
const types = [...new Set([...declared, ...ASKED_FOR])].sort();
const rows = [...Object.keys(AWS_NEEDS), ...Object.keys(GOOGLE_NEEDS)].sort();
const needs = [...Object.values(AWS_NEEDS).flat(), ...Object.values(GOOGLE_NEEDS)];

/** The rows of the table that apply to an environment: without a zone, there are no records. */
function needed({ aws, prefix }: BootstrapIntent): readonly AwsNeed[] {
  const { ownsIdentityProvider: _, ...place } = { ...aws, prefix };
  return Object.values(AWS_NEEDS)
    .flat()
    .filter(({ on }) => AWS_RESOURCES[on](place).length > 0);
}

/** IAM's limit for all inline policies of a role together, in characters without white space. */
const INLINE_CHARACTERS = 10_240;
/** Kinds of actions that a plan role may have: only reads. */
const READS =
  /^(apigateway:GET|[a-z0-9-]+:(Get|List|Describe)[A-Za-z]+|secretmanager\.versions\.access|([a-z]+\.|iam\.googleapis\.com\/)([A-Za-z]+\.)+(get|list|getIamPolicy))$/;

test("each resource type has a row, and each row is for a type that some config declares", () => {
  const place = (type: string) =>
    `stacks/bootstrap/${type.startsWith("aws_") ? "aws/permissions.ts" : "google/permissions.ts"}`;
  const faults = [
    ...types.filter((type) => !rows.includes(type)).map((type) => `${place(type)}: add a row for ${type}`),
    ...rows.filter((type) => !types.includes(type)).map((type) => `${place(type)}: no config declares ${type}`),
  ];
  expect(faults).toEqual([]);
});

test("no row has a wildcard, a duplicate, or a write action among the read actions", () => {
  for (const { read = [], write = [], list = [] } of needs) {
    const all = [...read, ...write, ...list];
    expect(all.filter((action) => /[*?]/.test(action))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
    expect([...read, ...list].filter((action) => !READS.test(action))).toEqual([]);
  }
});

test("each permission of a Google role is one that a predefined role of Google has", () => {
  const granted = [
    ...Object.values(GOOGLE_NEEDS).flatMap(({ read, write, list = [] }) => [...read, ...write, ...list]),
    ...RELEASE_PERMISSIONS,
  ];
  const known = new Set(
    Object.entries(PREDEFINED.permissions).flatMap(([kind, verbs]) =>
      verbs.split(" ").map((verb) => `${kind}.${verb}`),
    ),
  );
  expect(granted.filter((permission) => !known.has(permission))).toEqual([]);
});

/** Statements in addition to the table: the state and its lock. */
const STATE = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];

/** An environment that also has a trust store and Envoy's configurations. */
const staging = bootstrapOf("staging");
const TRUSTSTORE = `storefront-staging-truststore-${staging.aws.account}`;
const everything: BootstrapIntent = {
  ...staging,
  environment: "staging with all that config can ask for",
  aws: { ...staging.aws, truststore: TRUSTSTORE, watch: { alarms: true, slos: true, dashboard: true } },
  google: { ...staging.google, mountsConfigurations: true },
};
/** An environment with rotated client secrets. */
const rotating: BootstrapIntent = {
  ...staging,
  environment: "staging with rotated secrets",
  aws: { ...staging.aws, rotatesSecrets: true },
};
/** An environment with alarms, objectives and a dashboard. */
const watching: BootstrapIntent = {
  ...staging,
  environment: "staging with alarms, objectives and dashboards",
  aws: { ...staging.aws, watch: { alarms: true, slos: true, dashboard: true } },
};
/** An environment with provisioned concurrency. */
const provisioned: BootstrapIntent = {
  ...staging,
  environment: "staging with provisioned concurrency",
  aws: { ...staging.aws, keepsInstances: true },
};
const stackFor = (bootstrap: BootstrapIntent): Synthesized =>
  bootstraps().some(({ environment }) => environment === bootstrap.environment)
    ? bootstrapStack(bootstrap, bootstrap.environment)
    : bootstrapStack(bootstrap, "staging");

describe.each([...bootstraps(), everything, rotating, watching, provisioned])("$environment", (bootstrap) => {
  const stack = stackFor(bootstrap);
  const actions = (role: string): string[] => statementsOf(stack, role).flatMap(({ Action }) => Action);
  const permissions = (role: string): string[] =>
    (stack.all("google_project_iam_custom_role")[role]?.permissions ?? []) as string[];
  const google = Object.values(GOOGLE_NEEDS).filter(
    ({ configurations }) => bootstrap.google.mountsConfigurations || !configurations,
  );

  test("the deployer has exactly the table's permissions, and the state", () => {
    const aws = needed(bootstrap).flatMap(({ read = [], write = [] }) => [...read, ...write]);
    expect([...new Set(actions("deploy"))].sort()).toEqual([...new Set([...aws, ...STATE])].sort());
    expect([...permissions("deploy"), ...permissions("audit"), ...permissions("deploy_envoy")].sort()).toEqual(
      [...new Set(google.flatMap(({ read, write }) => [...read, ...write]))].sort(),
    );
  });

  test("the planner has exactly the table's read and list permissions, and reads the state", () => {
    const aws = needed(bootstrap).flatMap(({ read = [], list = [] }) => [...read, ...list]);
    expect([...new Set(actions("plan"))].sort()).toEqual(
      [...new Set([...aws, "s3:GetObject", "s3:ListBucket"])].sort(),
    );
    expect([...new Set(actions("plan"))].filter((action) => !READS.test(action))).toEqual([]);
    expect([...permissions("plan"), ...permissions("plan_envoy")].sort()).toEqual(
      [...new Set(google.flatMap(({ read, list = [] }) => [...read, ...list]))].sort(),
    );
  });

  test("neither may access another environment's state, this stack's state, or these two roles", () => {
    const text = JSON.stringify(stack.all("aws_iam_role_policy"));
    for (const { bucket } of bootstraps()) {
      if (bucket.name !== bootstrap.bucket.name) expect(text).not.toContain(bucket.name);
    }
    expect(text).not.toContain("bootstrap/");
    for (const { Resource } of ["plan", "deploy"].flatMap((role) => statementsOf(stack, role))) {
      for (const arn of [Resource]
        .flat()
        .filter((each) => each.includes(":role/") && !each.includes(":role/aws-service-role/"))) {
        expect(arn).toMatch(new RegExp(`:role/${bootstrap.prefix}-`));
      }
    }
  });

  test("a role's policy fits, passes roles only to functions and the gateway's logs, and attaches only one policy", () => {
    for (const role of ["plan", "deploy"]) {
      expect(stack.resource("aws_iam_role_policy", role).policy.length).toBeLessThanOrEqual(INLINE_CHARACTERS);
    }
    const passing = statementsOf(stack, "deploy").filter(({ Action }) => [Action].flat().includes("iam:PassRole"));
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
    const attaching = statementsOf(stack, "deploy").filter(({ Action }) =>
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

const full = stackFor(everything);
const allows = (role: "plan" | "deploy", action: string) =>
  statementsOf(full, role).filter(({ Action }) => [Action].flat().includes(action));

test("in the zone, the deployer changes only the domain's own records, by name and type, and the planner none", () => {
  const { name, zoneId } = staging.aws.domain ?? {};
  expect(allows("deploy", "route53:ChangeResourceRecordSets")).toEqual([
    {
      Sid: "DnsRecords",
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: [`arn:aws:route53:::hostedzone/${zoneId}`],
      Condition: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [name, `_*.${name}`],
          "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME"],
        },
      },
    },
  ]);
  expect(allows("plan", "route53:ChangeResourceRecordSets")).toEqual([]);
});

test("the trust store's permissions cover only its bucket and its object, and are absent without one", () => {
  for (const [action, arn] of [
    ["s3:PutBucketPolicy", `arn:aws:s3:::${TRUSTSTORE}`],
    ["s3:GetObjectVersion", `arn:aws:s3:::${TRUSTSTORE}/truststore.pem`],
  ] as const) {
    expect(allows("deploy", action).map(({ Resource }) => Resource)).toEqual([[arn]]);
    expect(allows("plan", action)).toEqual([]);
  }
  expect(JSON.stringify(bootstrapStack({}, "staging").all("aws_iam_role_policy"))).not.toContain("truststore");
});

test("only the deployer may write the API's policy, the certificate and IP sets", () => {
  for (const action of [
    "apigateway:UpdateRestApiPolicy",
    "apigateway:AddCertificateToDomain",
    "apigateway:RemoveCertificateFromDomain",
    "wafv2:UpdateIPSet",
  ]) {
    expect(allows("deploy", action)).toHaveLength(1);
    expect(allows("plan", action)).toEqual([]);
  }
  expect(allows("deploy", "wafv2:CreateIPSet")[0].Resource).toEqual([
    `arn:aws:wafv2:${staging.aws.region}:${staging.aws.account}:regional/ipset/${staging.prefix}-*/*`,
  ]);
});

test("only the values of the environment's Envoy configurations may be read, and of no other secret", () => {
  const roles = full.all("google_project_iam_custom_role") as Record<string, { permissions: string[] }>;
  const readers = Object.keys(roles).filter((role) =>
    roles[role]?.permissions.includes("secretmanager.versions.access"),
  );
  expect(readers.sort()).toEqual(["deploy_envoy", "plan_envoy"]);
  for (const role of readers) {
    const { condition } = full.resource("google_project_iam_member", role);
    const secrets = `projects/${staging.google.projectNumber}/secrets/`;
    expect(condition.expression).toBe(
      `resource.name.startsWith('${secrets}${staging.prefix}-') && ` +
        "(resource.name.endsWith('-envoy-configuration') || " +
        "resource.name.extract('/secrets/{id}/versions/').endsWith('-envoy-configuration'))",
    );
  }
  expect(JSON.stringify(bootstrapStack({}, "staging").json)).not.toContain("secretmanager.versions");
});
