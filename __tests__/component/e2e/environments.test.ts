import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DRIFT_KINDS } from "../../../e2e/drifts";
import { environmentFiles, type Settings, TAG } from "../../../e2e/environments";
import { ENVIRONMENTS, type EnvironmentName, type RunRecord } from "../../../e2e/run-folder";
import { loadIntents } from "../../../intent/load";
import { bootstrapStackOf, stackOf } from "../../support/stack";

const RECORD: RunRecord = {
  run: "fde-k3x9qa",
  startedAt: "2026-11-30T12:00:00.000Z",
  aws: { account: "111122223333", region: "eu-west-1", role: "arn:aws:iam::111122223333:role/me" },
  google: { project: "sandbox-project", number: "100000000001", region: "europe-west1" },
  operator: "user:me@example.com",
  image: "europe-docker.pkg.dev/acme/shop/echo:1",
  nextImage: "europe-docker.pkg.dev/acme/shop/echo:2",
  envoyImage: `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"7d".repeat(32)}`,
  environments: ENVIRONMENTS,
  owns: { identityProvider: true, loggingRole: true },
  versions: {},
  steps: [],
};

function loaded(record: RunRecord, environment: EnvironmentName, settings?: Settings) {
  const folder = mkdtempSync(join(tmpdir(), "front-door-e2e-config-"));
  try {
    for (const [path, text] of Object.entries(environmentFiles(record, environment, settings))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    expect(existsSync(join(folder, "main.ts"))).toBe(true);
    const result = loadIntents(join(folder, "config"));
    if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
    const [intent] = result.intents;
    if (intent === undefined) throw new Error(`no intent of ${environment}`);
    return { intent, bootstrap: result.bootstraps[0] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const stacks = ENVIRONMENTS.map((environment) => {
  const { intent, bootstrap } = loaded(RECORD, environment);
  if (bootstrap === undefined) throw new Error(`no bootstrap of ${environment}`);
  return { environment, intent, stack: stackOf(intent), bootstrap: bootstrapStackOf(bootstrap) };
});

const typesIn = ({ json }: { json: { resource?: object } }) => Object.keys(json.resource ?? {});

test("the three environments have another handshake or kind of API each", () => {
  expect(stacks.map(({ intent }) => [intent.handshake, intent.gateway.kind])).toEqual([
    ["federated", "http"],
    ["federated", "rest"],
    ["shared-issuer", "http"],
  ]);
});

test.each<Settings>([{ canary: 50 }, { canary: 100 }, { disabled: "reader" }])(
  "the config is valid with %j",
  (settings) => {
    for (const environment of ENVIRONMENTS)
      expect(loaded(RECORD, environment, settings).intent.environment).toBe(environment);
  },
);

test("without an operator there is no bootstrap, and the state is a file", () => {
  const { operator: _, ...own } = RECORD;
  const { intent, bootstrap } = loaded(own, "http");
  expect([intent.state.kind, bootstrap]).toEqual(["local", undefined]);
  expect(intent.aws.deployers).toEqual([RECORD.aws.role]);
});

test("everything has the run's tag, and each name of Google's side starts with the run's", () => {
  for (const { stack, bootstrap } of stacks) {
    for (const { json } of [stack, bootstrap]) {
      expect(json.provider.aws[0].default_tags[0].tags[TAG]).toBe(RECORD.run);
      expect(json.provider.google[0].default_labels[TAG]).toBe(RECORD.run);
    }
    const named = (type: string, attribute: string) =>
      [stack, bootstrap].flatMap((each) =>
        Object.values(each.all(type)).map((resource) => String(resource[attribute])),
      );
    const names = [
      ...named("google_service_account", "account_id"),
      ...named("google_cloud_run_v2_service", "name"),
      ...named("google_iam_workload_identity_pool", "workload_identity_pool_id"),
      ...named("aws_iam_role", "name"),
    ];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !name.startsWith(`${RECORD.run}-`))).toEqual([]);
  }
});

/** What a sweep lists by itself. */
const SWEPT = [
  ...["aws_apigatewayv2_api", "aws_api_gateway_rest_api", "aws_lambda_function", "aws_cloudwatch_log_group"],
  ...["aws_cognito_user_pool", "aws_secretsmanager_secret", "aws_cloudwatch_event_rule", "aws_cloudwatch_metric_alarm"],
  ...["aws_s3_bucket", "aws_iam_role", "aws_iam_openid_connect_provider", "aws_api_gateway_account"],
  ...["google_cloud_run_v2_service", "google_service_account", "google_iam_workload_identity_pool"],
  ...["google_project_iam_custom_role", "google_project_iam_member", "google_project_iam_audit_config"],
];

/** What is removed with the object that it belongs to. Enabled APIs stay, as the command says. */
const PARTS =
  /^(aws_apigatewayv2_(authorizer|integration|route|stage)|aws_api_gateway_(?!rest_api$|account$)\w+|aws_cloudwatch_(event_target|log_metric_filter)|aws_cognito_(resource_server|user_pool_client|user_pool_domain)|aws_iam_role_\w+|aws_lambda_permission|aws_secretsmanager_secret_\w+|aws_s3_bucket_\w+|google_\w+_iam_binding|google_iam_workload_identity_pool_provider|google_project_service)$/;

test("a sweep finds every type of object that a run makes, or the object that it belongs to", () => {
  const types = [...new Set(stacks.flatMap(({ stack, bootstrap }) => [...typesIn(stack), ...typesIn(bootstrap)]))];
  expect(types.filter((type) => !SWEPT.includes(type) && !PARTS.test(type))).toEqual([]);
  expect(SWEPT.filter((type) => !types.includes(type))).toEqual([]);
});

test("each kind of drift has its type of object somewhere, and each environment has those of at least ten", () => {
  const kindsOf = (environment: EnvironmentName) => {
    const { stack } = stacks.find((each) => each.environment === environment) ?? {};
    return DRIFT_KINDS.filter(({ type }) => stack !== undefined && typesIn(stack).includes(type)).map(({ id }) => id);
  };
  const found = ENVIRONMENTS.map(kindsOf);
  expect(DRIFT_KINDS.map(({ id }) => id).filter((id) => !found.flat().includes(id))).toEqual([]);
  expect(found.map(({ length }) => length >= 10)).toEqual([true, true, true]);
});
