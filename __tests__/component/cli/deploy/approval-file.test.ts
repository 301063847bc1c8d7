import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approvedChange, differenceOf } from "../../../../cli/deploy/approval-file";
import { changeHash } from "../../../../packages/terraform-access-review/judge/hash";
import { withKeys } from "../../../../packages/terraform-access-review/judge/keys";
import {
  type ChangeModel,
  MODEL_VERSION,
  type ResourceChange,
} from "../../../../packages/terraform-access-review/model/change";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";

const folder = mkdtempSync(join(tmpdir(), "front-door-approval-"));
afterAll(() => rmSync(folder, { recursive: true }));
const model = modelOf(fixture("scope-given"));

function file(content: unknown): string {
  const path = join(folder, "approved.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const hashed = (change: ChangeModel) => ({ ...change, hash: changeHash(change) });

test("accepts the JSON of npm run plan as an approval, for one or several environments", () => {
  expect(approvedChange(file([hashed(model)]), "dev")).toEqual(model);
  expect(approvedChange(file([hashed({ ...model, environment: "prod" }), hashed(model)]), "dev")).toEqual(model);
});

test("the keys of an approval say nothing: it is the same with them, without them, and with others", () => {
  const keyed = withKeys(model);
  const other = { ...keyed, access: { ...keyed.access, rows: keyed.access.rows.map((row) => ({ ...row, key: "x" })) } };
  const { hash } = hashed(model);
  for (const content of [keyed, other]) expect(approvedChange(file([{ ...content, hash }]), "dev")).toEqual(model);
});

test.each([
  ["no JSON", "{", "cannot be read"],
  ["another environment", [hashed({ ...model, environment: "prod" })], "approves prod, expected dev"],
  ["nothing", [], "approves , expected dev"],
  ["null", null, "approves nothing, expected dev"],
  ["another version", [{ ...hashed(model), version: 1 }], `is of version 1, expected ${MODEL_VERSION}`],
  [
    "a review of synthesized files",
    [hashed({ ...model, source: "synthesized" })],
    "is the review of synthesized files",
  ],
  ["an edited change", [{ ...hashed(model), resources: [] }], "was edited"],
  ["no hash", [model], "was edited"],
])("%s is not an approval", (_, content, fault) => {
  expect(() => approvedChange(file(content), "dev")).toThrow(fault);
});

test("the same change has no difference, even with another number of unchanged resources", () => {
  expect(differenceOf(model, { ...modelOf(fixture("scope-given")), unchanged: 3 })).toEqual([]);
});

test("prints a line for each part that was not approved, or that is no longer planned", () => {
  const image = modelOf(fixture("image-changed"));
  const throttle = modelOf(fixture("throttle-doubled"));
  expect(differenceOf(image, throttle)).toEqual([
    "+ routes without a throttle of their own: throttling rate limit per second is weaker: 10 → 20 (aws_apigatewayv2_stage.gateway)",
    "+ routes without a throttle of their own: throttling burst limit is weaker: 20 → 40 (aws_apigatewayv2_stage.gateway)",
    "+ aws_apigatewayv2_stage.gateway: changed (default_route_settings.throttling_burst_limit: 20 → 40; default_route_settings.throttling_rate_limit: 10 → 20)",
    "- google_cloud_run_v2_service.orders: changed (template.containers[0].image: europe-docker.pkg.dev/acme/shop/orders:1.14.2 → europe-docker.pkg.dev/acme/shop/orders:1.15.0)",
  ]);
});

const opened: ResourceChange = {
  ...{ address: "aws_iam_role.orders", type: "aws_iam_role", action: "drifted", forcedBy: [] },
  attributes: [{ path: "managed_policy_arns", kind: "added", after: ["arn:aws:iam::aws:policy/AdministratorAccess"] }],
};

test("an approval does not cover drift that the plan leaves unchanged and that opens nothing", () => {
  const attributes = [{ path: "email_verification_message", kind: "changed" as const, before: "a", after: "b" }];
  const signUp = { ...opened, type: "aws_cognito_user_pool", address: "aws_cognito_user_pool.customers", attributes };
  const change = { ...model, drift: [signUp] };
  expect([changeHash(change), differenceOf(model, change)]).toEqual([changeHash(model), []]);
});

test("any difference between two changes gives different hashes and a line", () => {
  for (const change of [
    { ...model, drift: [opened] },
    { ...model, notes: [{ kind: "check", name: "a", status: "fail", problems: [] }] as const },
    { ...model, access: { ...model.access, rows: model.access.rows.slice(1) } },
    { ...model, resources: model.resources.slice(1) },
  ]) {
    expect(changeHash(change)).not.toBe(changeHash(model));
    expect(differenceOf(model, change)).not.toEqual([]);
  }
});
