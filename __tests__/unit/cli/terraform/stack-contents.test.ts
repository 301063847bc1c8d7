import { runningParts } from "../../../../cli/terraform/stack-contents";
import { existingStack } from "../../../support/existing";
import { bootstraps } from "../../../support/shop";
import { bootstrapStackOf } from "../../../support/stack";
import { dev, edited, type Json, shared, verifying } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const partsOf = (edit: (resource: Json, stack: Json) => unknown) => {
  const { stack } = edited(dev, (resource, copy) => edit(resource, copy.stack));
  return runningParts({ ...stack }).map((fault) => fault.replace(/: [\s\S]*/, ""));
};

test("the shop's stacks contain nothing that runs a program", () => {
  const stacks = [dev, shared, verifying].map(({ stack }) => ({ ...stack }));
  expect(
    [...stacks, ...bootstraps().map((each) => bootstrapStackOf(each).json)].flatMap((each) => runningParts(each)),
  ).toEqual([]);
});

const DESCRIPTION = "resource.aws_iam_role.orders.description";
const described = (text: string) => (resource: Json) => (resource.aws_iam_role.orders.description = text);

testAll<readonly [string, (resource: Json, stack: Json) => unknown, string]>([
  [
    "a provisioner",
    (r) => (r.aws_iam_role.orders.provisioner = [{ "local-exec": { command: "id" } }]),
    "aws_iam_role.orders.provisioner",
  ],
  ["a connection", (r) => (r.aws_iam_role.orders.connection = { host: "x" }), "aws_iam_role.orders.connection"],
  ["a resource of no cloud", (r) => (r.terraform_data = { x: { input: "x" } }), "terraform_data"],
  ["an external program", (_, stack) => (stack.data = { external: { x: { program: ["sh"] } } }), "data.external"],
  ["a call to anywhere", (_, stack) => (stack.data = { http: { x: { url: "https://x.example" } } }), "data.http"],
  ["a module", (_, stack) => (stack.module = { x: { source: "git::https://x.example" } }), "module"],
  ["an ephemeral secret", (_, stack) => (stack.ephemeral = { vault_kv: { x: {} } }), "ephemeral"],
  ["a check with data of its own", (_, stack) => (stack.check = { x: { data: { external: { x: {} } } } }), "check"],
  ["a provider without a requirement", (_, stack) => (stack.provider.external = [{}]), "provider.external"],
  [
    "a provider's configuration of this machine",
    (_, stack) => (stack.provider.aws[0].shared_config_files = ["/tmp/x"]),
    "provider.aws.shared_config_files",
  ],
  [
    "a provider's token of this machine",
    (_, stack) => (stack.provider.aws[0].assume_role_with_web_identity = [{ web_identity_token_file: "/tmp/x" }]),
    "provider.aws.assume_role_with_web_identity.web_identity_token_file",
  ],
  [
    "a provisioner in a list of bodies",
    (r) => (r.aws_iam_role.x = [{ name: "x", provisioner: [{ "local-exec": { command: "id" } }] }]),
    "aws_iam_role.x",
  ],
  ["names in a list", (r) => (r.google_project_service = [{ x: { provisioner: [{}] } }]), "google_project_service"],
  ["a function that is not on the list", described('${length({}) == 0 ? file("/etc/passwd") : ""}'), DESCRIPTION],
  [
    "a program when something is removed",
    (_, stack) => (stack.removed = [{ from: "aws_iam_role.x", provisioner: [{ "local-exec": { command: "id" } }] }]),
    "removed aws_iam_role.x.provisioner",
  ],
  [
    "a backend that runs a program",
    (_, stack) => (stack.terraform.backend = { kubernetes: { exec: { command: "id" } } }),
    "terraform.backend.kubernetes",
  ],
  [
    "a backend's configuration of this machine",
    (_, stack) => (stack.terraform.backend.s3.shared_config_files = ["/tmp/x"]),
    "terraform.backend.s3.shared_config_files",
  ],
  [
    "data that calls a function",
    (_, stack) => (stack.data = { aws_lambda_invocation: { x: { function_name: "x" } } }),
    "data.aws_lambda_invocation",
  ],
  [
    "an upload by another type",
    (r) => (r.google_storage_bucket_object = { x: { source: "/etc/passwd" } }),
    "google_storage_bucket_object.x.source",
  ],
  [
    "a path that is computed",
    (r) => (r.aws_lambda_function.callers.filename = 'assets/${"."}${"."}/x.zip'),
    "aws_lambda_function.callers.filename",
  ],
  ["a file behind a comment", described('${file/**/("/etc/passwd")}'), DESCRIPTION],
  ["a file behind brackets", described('${jsonencode([{}, file("/etc/passwd")])}'), DESCRIPTION],
  [
    "a file in a key",
    (r) => (r.aws_iam_role.orders.tags = { '${file("/etc/passwd")}': "x" }),
    "resource.aws_iam_role.orders.tags, a key",
  ],
  [
    "another provider",
    (_, stack) => (stack.terraform.required_providers.null = { source: "hashicorp/null", version: "3.2.4" }),
    "terraform.required_providers.null",
  ],
  [
    "a provider of another author",
    (_, stack) => (stack.terraform.required_providers.aws.source = "mallory/aws"),
    "terraform.required_providers.aws",
  ],
  [
    "any release of a provider",
    (_, stack) => (stack.terraform.required_providers.google.version = ">= 6.0.0"),
    "terraform.required_providers.google",
  ],
  [
    "an upload of a file of this machine",
    (r) => (r.aws_s3_object = { x: { bucket: "x", key: "x", source: "/root/.aws/credentials" } }),
    "aws_s3_object.x.source",
  ],
  [
    "code from above its folder",
    (r) => (r.aws_lambda_function.callers.filename = "assets/../../x.zip"),
    "aws_lambda_function.callers.filename",
  ],
  ["the text of a file of this machine", described('x ${file("/root/.aws/credentials")}'), DESCRIPTION],
])("refuses %s by its address", (_, edit, expected) => {
  expect(partsOf(edit)).toEqual([expected]);
});

test("accepts the checks of an existing service, and no other condition", () => {
  const faults = (edit: (data: Json) => unknown) => {
    const stack = existingStack();
    edit(stack.data);
    return runningParts(stack).map((fault) => fault.replace(/: [\s\S]*/, ""));
  };
  const check = ({ google_cloud_run_v2_service: services }: Json) => services.orders.lifecycle.postcondition[0];
  expect(faults(() => undefined)).toEqual([]);
  const at = "data.google_cloud_run_v2_service.orders.lifecycle.postcondition[0]";
  expect(faults((data) => (check(data).condition = '${file("/etc/passwd") == ""}'))).toEqual([`${at}.condition`]);
  expect(faults((data) => (check(data).error_message = '${file("/etc/passwd")}'))).toEqual([`${at}.error_message`]);
  expect(faults((data) => (data.google_project = { x: { project_id: '${file("/etc/passwd")}' } }))).toEqual([
    "data.google_project.x.project_id",
  ]);
});

test("accepts a cloud's data source, and a text that mentions a file", () => {
  expect(partsOf((_, stack) => (stack.data = { aws_caller_identity: { x: {} } }))).toEqual([]);
  expect(partsOf((r) => (r.aws_iam_role.orders.description = "reads file(x)"))).toEqual([]);
});
