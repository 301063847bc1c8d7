import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../../packages/terraform-access-review/command-line";
import type { RowChange } from "../../../packages/terraform-access-review/model/change";
import { type Foreign, foreignPlan } from "../../fixtures/foreign/foreign";
import { wordsOf } from "../../support/ledger-words";

const folder = mkdtempSync(join(tmpdir(), "access-review-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]) {
  const said = { out: "", error: "" };
  const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.out += text;
    return true;
  });
  const error = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.error += text;
    return true;
  });
  try {
    return { code: runCli(args), ...said };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The rows as `principal | permission | resource`, and the addresses of guards in doubt. */
function accessIn(file: string, ...args: readonly string[]): readonly string[] {
  const { code, out } = run(file, "--format", "json", ...args);
  expect(code).toBe(0);
  const [{ access }] = JSON.parse(out);
  return [
    ...access.rows.map((change: RowChange) => {
      const { principal, permission, resource } = wordsOf(change);
      return `${change.effect}: ${principal} | ${permission} | ${resource}`;
    }),
    ...access.guards.map(
      ({ address, doubt }: { address: string; doubt?: true }) => `${doubt ? "in doubt: " : ""}${address}`,
    ),
  ].sort();
}

/** The forms of one grant in the plan `every-form`, each in a role of its name. */
const FORMS = ["count", "dynamic", "for_each", "heredoc", "jsonencode", "literal", "local", "module", "variable"];

const EXPECTED: Readonly<Record<Foreign, readonly string[]>> = {
  "cloud-run-iam": [
    "broadened: ANYONE (allUsers) | roles/run.invoker | site",
    "broadened: principals with roles/run.invoker | invoke it | service reports",
    "broadened: principals with roles/run.invoker | invoke it | service site",
    "broadened: service account reports | roles/storage.objectViewer | bucket reports-prod-archive",
    "broadened: service account reports-scheduler | roles/run.invoker | reports",
    "broadened: service reports | run as | service account reports",
    "broadened: service site | run as | THE PROJECT'S DEFAULT SERVICE ACCOUNT",
    "in doubt: google_cloud_run_v2_service_iam_member.scheduler",
    "in doubt: google_cloud_scheduler_job.nightly",
    "in doubt: google_storage_bucket_iam_member.reports",
  ],
  "every-form": [
    "broadened: ${each.value} | roles/owner | for_each",
    "broadened: (known after apply) | roles/owner | module",
    ...FORMS.map((name) => `broadened: lambda.amazonaws.com | sts:AssumeRole (trust policy) | role ${name}`),
    "broadened: pages of any origin | make cross-origin requests | API dynamic",
    ...FORMS.map((name) => `broadened: role ${name} | * | *`),
    "broadened: service account reader | roles/owner | count",
    "broadened: service account reader | roles/owner | literal",
    "in doubt: aws_cloudwatch_log_group.module.role.aws_cloudwatch_log_group.provisioned",
    "in doubt: aws_cloudwatch_log_group.provisioned",
    "in doubt: aws_iam_role.counted[0]",
    "in doubt: aws_iam_role.dynamic",
    'in doubt: aws_iam_role.for_each["for_each"]',
    ...["heredoc", "jsonencode", "literal", "local"].map((name) => `in doubt: aws_iam_role.${name}`),
    "in doubt: aws_iam_role.module.role.aws_iam_role.role",
    "in doubt: aws_iam_role.variable",
    "in doubt: google_project_iam_member.counted[0]",
    'in doubt: google_project_iam_member.for_each["for_each"]',
    "in doubt: google_project_iam_member.literal",
    "in doubt: module.role.aws_cloudwatch_log_group.provisioned",
  ],
  "jwt-api": [
    "broadened: anyone | GET /health | function notes-prod",
    "broadened: anyone | create users | user pool notes-users",
    "broadened: anyone | send requests | stage $default of API notes-prod",
    "broadened: apigateway.amazonaws.com | lambda:InvokeFunction | notes-prod",
    "broadened: app client notes-web | get tokens without a secret by the OAuth flow code | user pool notes-users",
    "broadened: function notes-prod | run as | role notes-prod",
    "broadened: issuer jwt | issue tokens for callers | JWT authorizer cognito",
    "broadened: lambda.amazonaws.com | sts:AssumeRole (trust policy) | role notes-prod",
    "broadened: tokens of user pool notes-users for aws_cognito_user_pool_client.web | GET /notes/{id} | function notes-prod",
    "in doubt: aws_apigatewayv2_integration.notes",
    "in doubt: aws_dynamodb_table.notes",
    "in doubt: aws_iam_role_policy.notes",
  ],
  "lambda-authorizer-api": [
    "broadened: NOT READ | PUT /pets/{id} | AWS_PROXY function pets",
    "broadened: anyone | GET /pets | AWS_PROXY function pets",
    'broadened: function pets | run as | ${aws_iam_role.functions["pets"].arn}',
    'broadened: function pets-authorizer | run as | ${aws_iam_role.functions["authorizer"].arn}',
    "broadened: lambda.amazonaws.com | sts:AssumeRole (trust policy) | role pets-authorizer",
    "broadened: lambda.amazonaws.com | sts:AssumeRole (trust policy) | role pets-pets",
    "broadened: pets-authorizer | all of arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole | AWS",
    "broadened: pets-pets | all of arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole | AWS",
    "in doubt: aws_api_gateway_integration.change",
    "in doubt: aws_api_gateway_integration.list",
    "in doubt: aws_lambda_function.authorizer",
    "in doubt: aws_lambda_function.pets",
  ],
};

test.each(Object.entries(EXPECTED))(
  "a plan of %s, which this project did not make, is read row by row",
  (name, expected) => {
    expect(accessIn(foreignPlan(name as Foreign))).toEqual(expected);
  },
);

/** A plan with one text replaced. */
function edited(name: Foreign, from: string, to: string): string {
  const text = readFileSync(foreignPlan(name), "utf8");
  expect(text).toContain(from);
  return written("edited.json", text.replaceAll(from, to));
}

/** The plan of `every-form` as an update of the role with the dynamic block, which permitted this action. */
function updated(action: string): string {
  const plan = JSON.parse(readFileSync(foreignPlan("every-form"), "utf8"));
  const role = plan.resource_changes.find(({ address }: { address: string }) => address === "aws_iam_role.dynamic");
  const values = structuredClone(role.change.after);
  values.inline_policy[0].policy = values.inline_policy[0].policy.replaceAll('"*"', JSON.stringify(action));
  Object.assign(role.change, { actions: ["update"], before: values, before_sensitive: {} });
  plan.prior_state = { values: { root_module: { resources: [{ ...role, values }] } } };
  plan.resource_changes = [role];
  return written("updated.json", JSON.stringify(plan));
}

test.each(Object.entries(EXPECTED))("%s is all new to an empty state", (name, expected) => {
  const state = { format_version: "1.0", terraform_version: "1.15.5", values: { root_module: {} } };
  const base = written("empty.json", JSON.stringify(state));
  expect(accessIn(foreignPlan(name as Foreign), "--base", base)).toEqual(expected);
});

test("another policy in a dynamic block of an existing role is reported as both grants", () => {
  expect(accessIn(updated("s3:ListBucket"))).toEqual([
    "broadened: role dynamic | * | *",
    "narrowed: role dynamic | s3:ListBucket | s3:ListBucket",
  ]);
  expect(accessIn(updated("*"))).toEqual([]);
});

test("the plan is compared with --base, if that is given", () => {
  const plan = foreignPlan("cloud-run-iam");
  expect(accessIn(plan, "--base", plan)).toEqual([]);
  const before = edited("cloud-run-iam", '"allUsers"', '"user:someone@example.com"');
  expect(accessIn(plan, "--base", before)).toEqual([
    "broadened: ANYONE (allUsers) | roles/run.invoker | site",
    "narrowed: user:someone@example.com | roles/run.invoker | site",
  ]);
});

/** What the plan of `name` looks like after its apply, with more values on the first object of a type. */
function created(name: Foreign, type: string, more: object): string {
  const { resource_changes } = JSON.parse(readFileSync(foreignPlan(name), "utf8"));
  const resources = resource_changes.map((each: { readonly change: { readonly after: object } }) => {
    return { ...each, values: each.change.after };
  });
  const first = resources.find((each: { readonly type: string }) => each.type === type);
  first.values = { ...first.values, ...more };
  const values = { root_module: { resources } };
  return written("created.json", JSON.stringify({ format_version: "1.0", terraform_version: "1.15.5", values }));
}

const SERVICE = "google_cloud_run_v2_service";
const MEMBER = "google_cloud_run_v2_service_iam_member";

test.each<[Foreign, string, object]>([
  ["cloud-run-iam", SERVICE, { iap_enabled: true }],
  ["cloud-run-iam", MEMBER, { condition: [{ title: "t", expression: "false" }] }],
  ["jwt-api", "aws_lambda_permission", { principal_org_id: "o-1" }],
  ["jwt-api", "aws_iam_role", { permissions_boundary: "arn:aws:iam::111122223333:policy/b" }],
  ["jwt-api", "aws_apigatewayv2_stage", { client_certificate_id: "abc123" }],
])("in a state to compare with, %s %s had %j, which the configuration no longer sets", (name, type, more) => {
  const left = accessIn(foreignPlan(name), "--base", created(name, type, {}));
  const lost = accessIn(foreignPlan(name), "--base", created(name, type, more));
  const count = (rows: readonly string[], row: string) => rows.filter((each) => each === row).length;
  expect(lost.filter((row) => count(lost, row) > count(left, row))).not.toEqual([]);
});

test("the exit code is 2 if a reason of --fail-on applies", () => {
  const plan = foreignPlan("cloud-run-iam");
  expect(run(plan, "--fail-on", "broadened, destroy")).toMatchObject({ code: 2, error: "--fail-on: broadened\n" });
  expect(run(plan, "--base", plan, "--fail-on", "broadened,destroy,replace,drift")).toMatchObject({
    code: 0,
    error: "",
  });
});

test("each format begins as its readers expect, with the name of --name", () => {
  const plan = foreignPlan("jwt-api");
  const begin = (format: string) => run(plan, "--name", "notes", "--format", format).out.slice(0, 24);
  expect(["terminal", "markdown", "json"].map(begin)).toEqual([
    expect.stringMatching(/^notes: 13 added/),
    expect.stringMatching(/^### notes/),
    expect.stringMatching(/^\[\n {2}\{/),
  ]);
});

test("with --out, the report is written to the file, and nothing is printed", () => {
  const out = join(folder, "report.md");
  expect(run(foreignPlan("jwt-api"), "--format", "markdown", "--out", out)).toEqual({ code: 0, out: "", error: "" });
  expect(readFileSync(out, "utf8")).toMatch(/^### plan/);
});

test.each([
  ["no file", [], 64, "got 0 files"],
  ["two files", ["a.json", "b.json"], 64, "got 2 files"],
  ["a missing file", [join(folder, "none.json")], 1, "none.json: got no file, expected"],
  ["a folder", [folder], 1, `${folder}: got a folder, expected`],
  ["a missing base", [foreignPlan("jwt-api"), "--base", join(folder, "none.json")], 1, "none.json: got no file"],
  ["an unknown option", ["--bse", "x"], 64, "--bse"],
  ["an unknown format", [foreignPlan("jwt-api"), "--format", "toString"], 64, "--format toString: expected one of"],
  ["an unknown reason", [foreignPlan("jwt-api"), "--fail-on", "worse"], 64, '"worse" is not a reason'],
  ["a file that is not JSON", [written("none.json.txt", "{")], 1, "got text that is not JSON"],
  [
    "a base that is neither plan nor state",
    [foreignPlan("jwt-api"), "--base", written("x.json", "[]")],
    1,
    "x.json: got a list",
  ],
])("%s is refused", (_, args, code, message) => {
  expect(run(...args)).toEqual({ code, out: "", error: expect.stringContaining(message) });
});

test("no character that a terminal obeys is printed, from a key of the file or from its name", () => {
  const odd = written("a\u202eb.json", JSON.stringify({ format_version: "1.2", "\u001b[2J\n::error::x\u202e": 1 }));
  const { code, error } = run(odd);
  expect([code, error.split("\n").length]).toEqual([1, 3]);
  expect(error).not.toMatch(/\p{Cf}/u);
  expect(error).not.toContain("\u001b");
});

/** A plan with another value at a path. */
function spoilt(path: readonly string[], value: unknown): string {
  const plan = JSON.parse(readFileSync(foreignPlan("cloud-run-iam"), "utf8"));
  const last = path.slice(0, -1).reduce((at, key) => at[key], plan);
  last[path.at(-1) ?? ""] = value;
  return written("spoilt.json", JSON.stringify(plan));
}

test.each([
  [["configuration", "provider_config"], null],
  [["configuration", "root_module"], null],
  [["configuration", "root_module", "resources"], [null]],
  [["configuration", "root_module", "resources", "0", "address"], {}],
  [["configuration", "root_module", "resources", "0", "expressions"], null],
])("a plan with another value at %j is refused, and no part of it is shown", (path, value) => {
  expect(run(spoilt(path, value))).toEqual({
    code: 1,
    out: "",
    error: expect.stringContaining("spoilt.json: got a plan with parts that are not in the form"),
  });
});

test("modules that are nested deeper than the stack are refused", () => {
  const depth = 100_000;
  const module = `${'{"child_modules":['.repeat(depth)}${"]}".repeat(depth)}`;
  const plan = `{"format_version":"1.2","configuration":{},"prior_state":{"values":{"root_module":${module}}}}`;
  expect(run(written("nested.json", plan))).toEqual({
    code: 1,
    out: "",
    error: expect.stringContaining("nested.json: got a plan with parts that are not in the form"),
  });
});

test("help and version are printed", () => {
  expect(run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Usage: terraform-access-review") });
  expect(run("--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
