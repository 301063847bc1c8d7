import { driftReviews } from "../../../../packages/terraform-access-review/formats";
import type { AccessChange } from "../../../../packages/terraform-access-review/model/change";
import type { Attributes } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { changedOutside, type OutsideChange } from "../../../support/changed-outside";
import { wordsOf } from "../../../support/ledger-words";
import { testAll } from "../../../support/test-all";

const EVE = "user:eve@evil.example";
const INVOKER = "google_cloud_run_v2_service_iam_binding.orders";
const SERVICE = "google_cloud_run_v2_service.orders";
const FEDERATION = "google_iam_workload_identity_pool_provider.aws_gateway";
const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
const CLIENT = "aws_cognito_user_pool_client.reporting_agent";
const SECRET_POLICY = "aws_secretsmanager_secret_policy.reporting_agent";

const withMember = ({ members }: Attributes) => ({ members: [...members, EVE] });
/** A change within a block, which a state has as a list of one. */
const within = (name: string, set: Attributes) => (values: Attributes) => ({
  [name]: [{ ...values[name][0], ...set }],
});
const replaced = (name: string, from: string | RegExp, to: string) => (values: Attributes) => {
  const text = values[name].replace(from, to);
  if (text === values[name]) throw new Error(`${name} does not contain ${from}`);
  return { [name]: text };
};

type Case = readonly [
  effect: "broadened" | "narrowed",
  address: string,
  change: OutsideChange["change"],
  more?: { readonly stays?: true; readonly fixture?: string },
];

/** The effect of each change when a person makes it. */
const CHANGES: readonly Case[] = [
  ["broadened", INVOKER, ({ members }) => ({ members: [...members, "allUsers"] })],
  ["broadened", INVOKER, withMember],
  ["narrowed", INVOKER, "deleted"],
  ["broadened", SERVICE, () => ({ invoker_iam_disabled: true })],
  ["narrowed", SERVICE, () => ({ deletion_protection: true })],
  ["broadened", FEDERATION, () => ({ attribute_condition: "" })],
  ["broadened", FEDERATION, replaced("attribute_condition", /\]$/, ", 'arn:aws:sts::1:assumed-role/eve']")],
  ["narrowed", FEDERATION, () => ({ disabled: true })],
  ["broadened", "google_project_iam_audit_config.sts", "deleted"],
  ["broadened", ROUTE, () => ({ authorization_type: "NONE", authorizer_id: "" })],
  ["broadened", "aws_apigatewayv2_authorizer.scoped", "deleted"],
  ["broadened", "aws_apigatewayv2_stage.gateway", within("default_route_settings", { throttling_rate_limit: 10_000 })],
  ["narrowed", "aws_apigatewayv2_stage.gateway", within("default_route_settings", { throttling_burst_limit: 1 })],
  ["broadened", "aws_apigatewayv2_stage.gateway", () => ({ access_log_settings: [] })],
  [
    "broadened",
    "aws_apigatewayv2_api.gateway",
    within("cors_configuration", { allow_origins: ["https://evil.example"] }),
  ],
  ["broadened", CLIENT, (each) => ({ allowed_oauth_scopes: [...each.allowed_oauth_scopes, "orders/write"] })],
  ["narrowed", CLIENT, (each) => ({ allowed_oauth_scopes: each.allowed_oauth_scopes.slice(1) })],
  ["narrowed", "aws_cloudwatch_log_group.access", () => ({ retention_in_days: 3653 })],
  [
    "broadened",
    "aws_iam_role.callers",
    () => ({ managed_policy_arns: ["arn:aws:iam::aws:policy/A"] }),
    { stays: true },
  ],
  ["narrowed", "aws_lambda_permission.scoped_invoke", "deleted"],
  ["broadened", "aws_lambda_function.callers", () => ({ code_sha256: "other" }), { stays: true }],
  ["broadened", SECRET_POLICY, "deleted"],
  ["broadened", SECRET_POLICY, replaced("policy", '"Deny"', '"Allow"')],
  [
    "broadened",
    "aws_apigatewayv2_route.orders_get_orders",
    () => ({ authorization_scopes: [] }),
    { fixture: "envoy-unchanged" },
  ],
];

function verdictOf({ rows, guards }: AccessChange = { rows: [], guards: [] }): string {
  const effects = [...rows, ...guards].map(({ effect }) => effect);
  return effects.includes("broadened") ? "broadened" : effects.includes("narrowed") ? "narrowed" : "unchanged";
}

/** Of two values, neither is known to be stricter: each change of one is broader. */
const IN_DOUBT = /^(cors_configuration|managed_policy_arns|code_sha256)\b/;

testAll(CHANGES)("a change has the effect %s when it is made, and the opposite when it is undone", (...given) => {
  const [effect, address, change, { fixture = "nothing-changed", ...stays } = {}] = given as unknown as Case;
  const made = changedOutside(fixture, { address, change, ...stays });
  expect([made.drift.map((each) => each.address), verdictOf(made.driftAccess)]).toEqual([[address], effect]);
  if (change === "deleted") return; // Terraform knows nothing of an object that came back.
  const undone = changedOutside(fixture, { address, change, ...stays }, "undone");
  const isInDoubt = undone.drift.some(({ attributes }) => attributes.some(({ path }) => IN_DOUBT.test(path)));
  expect(verdictOf(undone.driftAccess)).toBe(isInDoubt || effect === "narrowed" ? "broadened" : "narrowed");
  if (!stays.stays) expect(verdictOf(made.access)).toBe(verdictOf(undone.driftAccess));
});

const gained = (access: AccessChange | undefined) =>
  (access?.rows ?? []).flatMap((each) => (each.before === undefined ? [wordsOf(each)] : []));

test("a foreign invoker is who gained access, and the deploy that removes it comes second", () => {
  const allUsers = ({ members }: Attributes) => ({ members: [...members, "allUsers"] });
  const model = changedOutside("nothing-changed", { address: INVOKER, change: allUsers });
  expect(gained(model.driftAccess)).toEqual([
    expect.objectContaining({ principal: "ANYONE (allUsers)", permission: "roles/run.invoker" }),
  ]);
  expect(gained(model.access)).toEqual([]);
  expect(driftReviews(model).map(({ report }) => report.verdict.line)).toEqual([
    "dev, changed outside Terraform: 1 drifted · access broadened",
    "dev, with the next deploy: 1 changed · access narrowed",
  ]);
});

test("a service whose invoker check is off is open to anyone, and no named caller gains or loses a call", () => {
  const { driftAccess, access } = changedOutside("nothing-changed", {
    address: SERVICE,
    change: () => ({ invoker_iam_disabled: true }),
  });
  expect([...new Set(gained(driftAccess).map(({ principal }) => principal))]).toEqual(["anyone"]);
  expect(gained(driftAccess)).toContainEqual(expect.objectContaining({ permission: "invoke it" }));
  expect(driftAccess?.rows.filter(({ after }) => after === undefined)).toEqual([]);
  expect(gained(access)).toEqual([]);
});

test("a removed condition of the federation admits any caller, and its restoration is stricter", () => {
  const change = () => ({ attribute_condition: "" });
  const [outside, deploy] = driftReviews(changedOutside("nothing-changed", { address: FEDERATION, change }));
  const parts = [outside, deploy].map((each) => each?.report.access.map((line) => [line.effect, ...line.parts]));
  expect(parts).toEqual([[["broadened", "adds any caller"]], [["narrowed", "removes any caller"]]]);
});

test("a change that no plan undoes is named, and the deploy changes nothing", () => {
  const address = "aws_iam_role.callers";
  const change = () => ({ managed_policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"] });
  const [outside, deploy] = driftReviews(changedOutside("nothing-changed", { address, change, stays: true }));
  expect(outside?.report.notes).toEqual([`no deploy changes ${address} back`]);
  expect(deploy?.report.verdict.line).toBe("dev, with the next deploy: no change");
});

test("an object that is gone is a loss, with what people lose", () => {
  const model = changedOutside("nothing-changed", { address: "aws_cloudwatch_log_group.access", change: "deleted" });
  const [outside] = driftReviews(model);
  expect(outside?.report.losses).toEqual([
    expect.objectContaining({ action: "drifted", loss: "every log line in it", reason: { kind: "deleted-outside" } }),
  ]);
});

test("a commit that is not deployed is no drift", () => {
  const model = changedOutside("scope-given", {
    address: INVOKER,
    change: ({ members }) => ({ members: [...members, EVE] }),
  });
  expect(gained(model.driftAccess).map(({ principal }) => principal)).toEqual([EVE]);
  expect(gained(model.access).map(({ principal }) => principal)).not.toContain(EVE);
  expect(gained(model.access).length).toBeGreaterThan(0);
});

test("a secret that was changed outside Terraform is not shown", () => {
  const address = "aws_lambda_function.callers";
  const change = within("environment", { variables: { FLAGS: "s3cret" } });
  const model = changedOutside("nothing-changed", {
    ...{ address, change },
    sensitive: { environment: [{ variables: { FLAGS: true } }] },
  });
  expect(model.driftAccess?.guards.length).toBeGreaterThan(0);
  expect(JSON.stringify(model)).not.toContain("s3cret");
});
