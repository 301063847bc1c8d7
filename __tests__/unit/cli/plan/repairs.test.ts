import { repairable, repairNotes, replacesTainted, unstartedServices, untainted } from "../../../../cli/plan/repairs";
import { testAll } from "../../../support/test-all";

const RUN = "google_cloud_run_v2_service";
const tainted = (attributes: Record<string, unknown> = {}) => ({ status: "tainted", attributes });
const stateOf = (type: string, instance: object, more: object = {}) =>
  ({
    serial: 3,
    lineage: "x",
    resources: [{ mode: "managed", type, name: "a", instances: [instance], ...more }],
  }) as never;
const stackOf = (resource: object) => ({ provider: {}, resource }) as never;
const first = { lifecycle: { create_before_destroy: true } };

testAll<[string, string, object, object]>([
  ["which the cloud protects", RUN, tainted({ deletion_protection: true }), {}],
  ["which Cognito protects", "aws_cognito_user_pool", tainted({ deletion_protection: "ACTIVE" }), {}],
  [
    "which Terraform may not destroy",
    "aws_secretsmanager_secret_x",
    tainted(),
    { aws_secretsmanager_secret_x: { a: { lifecycle: { prevent_destroy: true } } } },
  ],
  ["whose name would stay taken", "google_iam_workload_identity_pool", tainted(), {}],
  [
    "which Terraform would create first",
    "aws_lambda_function",
    tainted(),
    {
      aws_lambda_function: { a: {} },
      aws_lambda_provisioned_concurrency_config: { a: { ...first, qualifier: "${aws_lambda_function.a.version}" } },
    },
  ],
  [
    "which is a part of a REST API",
    "aws_api_gateway_integration",
    tainted(),
    {
      aws_api_gateway_integration: { a: {} },
      aws_api_gateway_deployment: { a: { ...first, depends_on: ["aws_api_gateway_integration.a"] } },
    },
  ],
])("an object whose create failed and %s is repaired in place", (_, type, instance, resource) => {
  expect(repairable(stateOf(type, instance), stackOf(resource))).toEqual([`${type}.a`]);
});

testAll<[string, string, object, object?]>([
  ["that is whole", RUN, { attributes: { deletion_protection: true } }],
  ["that Terraform can replace", RUN, tainted({ deletion_protection: false })],
  ["left over from an earlier replacement", RUN, { ...tainted({ deletion_protection: true }), deposed: "00000001" }],
  ["that is one of several", RUN, { ...tainted({ deletion_protection: true }), index_key: 0 }],
  ["of a module", RUN, tainted({ deletion_protection: true }), { module: "module.m" }],
  ["of a data source", RUN, tainted({ deletion_protection: true }), { mode: "data" }],
])("an object %s is left to Terraform", (_, type, instance, more = {}) => {
  expect(repairable(stateOf(type, instance, more), stackOf({}))).toEqual([]);
});

test("a deployment and a user pool, which get another id, are left to Terraform", () => {
  const deployment = { aws_api_gateway_deployment: { a: { ...first, x: "${aws_cognito_user_pool.a.id}" } } };
  for (const type of ["aws_api_gateway_deployment", "aws_cognito_user_pool"]) {
    expect(repairable(stateOf(type, tainted()), stackOf({ ...deployment, aws_cognito_user_pool: { a: {} } }))).toEqual(
      [],
    );
  }
});

test("a state without resources has nothing to repair", () => {
  expect(repairable({ serial: 1, lineage: "x" }, stackOf({}))).toEqual([]);
});

test("only the named objects are untainted, and nothing else of the state changes", () => {
  const object = (name: string) => ({ mode: "managed", type: RUN, name, instances: [tainted({ name })] });
  const state = { serial: 3, lineage: "x", outputs: { a: 1 }, resources: [object("a"), object("b")] };
  expect(untainted(state, [`${RUN}.a`])).toEqual({
    ...state,
    resources: [{ ...object("a"), instances: [{ attributes: { name: "a" } }] }, object("b")],
  });
});

test("a plan replaces an object whose create failed only if Terraform says so", () => {
  const planOf = (action_reason: string) =>
    ({
      format_version: "1.2",
      resource_changes: [{ action_reason, change: { actions: ["delete", "create"] } }],
    }) as never;
  expect(replacesTainted(planOf("replace_because_tainted"))).toBe(true);
  expect(replacesTainted(planOf("replace_because_cannot_update"))).toBe(false);
});

test("the report of a plan names each object that the deploy untaints", () => {
  expect(repairNotes(["a.b", "c.d"])).toEqual([
    { kind: "create-failed", address: "a.b" },
    { kind: "create-failed", address: "c.d" },
  ]);
});

const templateOf = (image: string, more: object = {}) => ({ template: [{ containers: [{ image }] }], ...more });
const ready = { terminal_condition: [{ state: "CONDITION_SUCCEEDED" }] };
const failed = { terminal_condition: [{ state: "CONDITION_FAILED" }] };

testAll<[string, object, object, boolean]>([
  ["the same template after a failure", { before: templateOf("x", failed), after: templateOf("x", failed) }, {}, true],
  ["the same template, its state unknown", { before: templateOf("x"), after: templateOf("x") }, {}, true],
  ["another label", { before: templateOf("x", failed), after: templateOf("x", { labels: {} }) }, {}, true],
  ["another image", { before: templateOf("x", failed), after: templateOf("y") }, {}, false],
  ["a template that only the apply knows", { before: templateOf("x", failed), after: {} }, { template: [{}] }, false],
  ["a service that is ready", { before: templateOf("x", ready), after: templateOf("x", ready) }, {}, false],
])("%s: whether a repaired service would stay as it failed", (_, change, after_unknown, stays) => {
  const plan = (type: string) =>
    ({
      resource_changes: [{ address: `${type}.a`, type, change: { actions: ["update"], ...change, after_unknown } }],
    }) as never;
  expect(unstartedServices(plan(RUN), [`${RUN}.a`])).toHaveLength(stays ? 1 : 0);
  expect(unstartedServices(plan(RUN), [])).toEqual([]);
  expect(unstartedServices(plan("aws_iam_role"), ["aws_iam_role.a"])).toEqual([]);
});
