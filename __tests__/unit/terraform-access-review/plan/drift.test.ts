import { Deployed } from "../../../../packages/terraform-access-review/plan/deployed";
import { driftOf } from "../../../../packages/terraform-access-review/plan/drift";
import type {
  PlanJson,
  PlannedChange,
  StateResource,
} from "../../../../packages/terraform-access-review/plan/plan-json";
import { stateOf } from "../../../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { isUnset } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { fixture } from "../../../fixtures/plans/fixture";

const { plan, head } = fixture("nothing-changed");
const bodyOf = (address: string): Attributes | undefined => {
  const [type = "", name = ""] = address.split(".");
  return head.stack.resource[type]?.[name] as Attributes | undefined;
};
const state = stateOf(plan).filter(({ address }) => bodyOf(address) !== undefined);
const found = (address: string) => state.find((each) => each.address === address) as StateResource;

/** The reported drift, as `<address> <path>`, if an apply left `before` and the clouds now have `after`. */
function drifted(address: string, before: Attributes, after: Attributes, others: Partial<PlanJson> = {}): string[] {
  const { values, type } = found(address);
  const change = { actions: ["update"], before: { ...values, ...before }, after: { ...values, ...after } };
  const json: PlanJson = { ...plan, resource_drift: [{ address, type, mode: "managed", change }], ...others };
  const changes = json.resource_changes ?? [];
  return driftOf(json, new Deployed(json, head.stack, changes, head.stack), bodyOf).flatMap(({ change: each }) =>
    each.attributes.map(({ path }) => `${each.address} ${path}`),
  );
}

/** Another value of the same type. */
function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}-other`;
  if (Array.isArray(value)) return value.length === 0 ? ["other"] : value.map(other);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, other(item)]));
  }
  return "other";
}

/** Attributes that open access on any resource. */
const OPENS =
  /^(policy|inline_policy|managed_policy_arns|code_sha256|traffic|acl|grant|thumbprint_list|(read|write)_attributes|rotation_enabled|expire_time)$/;

test("an undeclared value that a cloud changes is not drift, for any type", () => {
  const moved = state.flatMap(({ address, values = {} }) => {
    const computed = Object.keys(values).filter((name) => bodyOf(address)?.[name] === undefined && !OPENS.test(name));
    return drifted(address, {}, Object.fromEntries(computed.map((name) => [name, other(values[name])])));
  });
  expect(moved).toEqual([]);
});

test("each changed declared attribute is named, except those in ignore_changes", () => {
  const unnamed = state.flatMap(({ address, values = {} }) => {
    const body = bodyOf(address) ?? {};
    const declared = Object.keys(values).filter((name) => body[name] !== undefined && !isUnset(values[name]));
    return declared.flatMap((name) => {
      const names = drifted(address, {}, { [name]: other(values[name]) });
      return names.some((each) => each.startsWith(`${address} ${name}`)) ? [] : [`${address} ${name}`];
    });
  });
  expect(unnamed).toEqual(IGNORED);
});

const IGNORED = state.flatMap(({ address }) => {
  const { lifecycle } = (bodyOf(address) ?? {}) as { lifecycle?: { ignore_changes?: string[] } };
  return (lifecycle?.ignore_changes ?? []).filter((path) => !path.includes("[")).map((path) => `${address} ${path}`);
});

const ROLE = "aws_iam_role.callers";
const roleName = found(ROLE).values?.name;
const own = (name: string) => ({ name, policy: "{}" });

test("a policy that no resource declares is drift, and one that another resource declares is not", () => {
  const declared = state.filter(({ type, values }) => type === "aws_iam_role_policy" && values?.role === roleName);
  const names = declared.map(({ values }) => own(String(values?.name)));
  expect(names.length).toBeGreaterThan(0);
  expect(drifted(ROLE, { inline_policy: [] }, { inline_policy: names })).toEqual([]);
  expect(drifted(ROLE, { inline_policy: names }, { inline_policy: [...names, own("admin")] })).toEqual([
    `${ROLE} inline_policy`,
  ]);
  const admin = ["arn:aws:iam::aws:policy/AdministratorAccess"];
  expect(drifted(ROLE, { managed_policy_arns: [] }, { managed_policy_arns: admin })).toEqual([
    `${ROLE} managed_policy_arns`,
  ]);
});

test("a secret's policy is compared with the resource that declares it", () => {
  const policies = state.filter(({ type }) => type === "aws_secretsmanager_secret_policy");
  expect(policies.length).toBeGreaterThan(0);
  const secret = state.find(
    ({ type, values }) =>
      type === "aws_secretsmanager_secret" && policies.some((p) => p.values?.secret_arn === values?.arn),
  ) as StateResource;
  expect(drifted(secret.address, { policy: "" }, { policy: '{"Version":"2012-10-17"}' })).toEqual([]);
  const without = {
    prior_state: { values: { root_module: { resources: state.filter((each) => !policies.includes(each)) } } },
  };
  expect(drifted(secret.address, { policy: "" }, { policy: '{"Version":"2012-10-17"}' }, without)).toEqual([
    `${secret.address} policy`,
  ]);
});

test("other code in a function is drift", () => {
  const [lambda] = state.filter(({ type }) => type === "aws_lambda_function");
  const address = String(lambda?.address);
  expect(drifted(address, { code_sha256: "a" }, { code_sha256: "b", last_modified: "now", version: "7" })).toEqual([
    `${address} code_sha256`,
  ]);
});

test("within a declared block only declared fields count, and additional items always count", () => {
  const address = "google_cloud_run_v2_service.orders";
  const [template = {}] = (found(address).values?.template ?? []) as readonly Attributes[];
  const filled = { ...template, execution_environment: "EXECUTION_ENVIRONMENT_GEN2", revision: "orders-00042" };
  expect(drifted(address, {}, { template: [filled] })).toEqual([]);
  const containers = [...(template.containers as readonly Attributes[]), { image: "docker.io/evil/x" }];
  expect(drifted(address, {}, { template: [{ ...template, containers }] }).join()).toContain("template.containers");
});

test("a value that the plan changes back is drift, even if nothing declares it", () => {
  const { values, type } = found(ROLE);
  const reverted = (after: unknown): PlannedChange => ({
    ...{ address: ROLE, mode: "managed", type },
    change: { actions: ["update"], before: { ...values, permissions_boundary: "arn:none" }, after },
  });
  const boundary = { permissions_boundary: "arn:none" };
  const changes = [reverted({ ...values, permissions_boundary: null })];
  expect(drifted(ROLE, {}, boundary, { resource_changes: changes })).toEqual([`${ROLE} permissions_boundary`]);
});
