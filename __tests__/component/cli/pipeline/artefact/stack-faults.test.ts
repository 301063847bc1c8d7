import { ARCHIVE, stackFaults } from "../../../../../cli/pipeline/artefact/stack-faults";
import { existingStack } from "../../../../support/existing";
import { restDev } from "../../../../support/rest";
import { stateOf } from "../../../../support/rest-state";
import { devStack } from "../../../../support/stack";

const base = JSON.parse(JSON.stringify(devStack().json));
const HASH = base.resource.aws_lambda_function.callers.source_code_hash;

// biome-ignore lint/suspicious/noExplicitAny: a stack that the test spoils
type Json = any;

function faultsAfter(spoil: (stack: Json) => void): readonly string[] {
  const stack = JSON.parse(JSON.stringify(base));
  stack.resource.aws_lambda_function.callers.filename = ARCHIVE;
  stack.resource.aws_lambda_function.public.filename = ARCHIVE;
  spoil(stack);
  return stackFaults(stack, base, { [ARCHIVE]: HASH });
}

test("accepts the base branch's own stack, and a change that only this program writes", () => {
  expect(faultsAfter(() => undefined)).toEqual([]);
  const changed = faultsAfter((stack) => {
    stack.provider.aws[0].default_tags = [{ tags: { team: "other" } }];
    stack.resource.aws_cloudwatch_log_group.access.retention_in_days = 90;
    delete stack.resource.google_secret_manager_secret;
    delete stack.resource.google_secret_manager_secret_iam_binding;
    delete stack.resource.google_cloud_run_v2_service;
    delete stack.resource.google_cloud_run_v2_service_iam_binding;
    delete stack.resource.aws_apigatewayv2_integration;
    delete stack.resource.aws_apigatewayv2_route;
    delete stack.output;
    stack.moved = [{ from: "aws_iam_role.a", to: "aws_iam_role.callers" }];
    stack.import = [{ id: "x", to: "aws_iam_role.callers" }];
  });
  expect(changed).toEqual([]);
});

test("a function for which there is no archive is refused", () => {
  const stack = JSON.parse(JSON.stringify(base));
  for (const each of Object.values<Json>(stack.resource.aws_lambda_function)) delete each.source_code_hash;
  expect(stackFaults(stack, base).join("\n")).toContain("callers.source_code_hash: is not that");
});

test("an own archive is accepted only for a function or layer that the base branch gives one", () => {
  const filename = `assets/more/${"a".repeat(64)}/archive.zip`;
  const layer = (name: string) => ({ aws_lambda_layer_version: { [name]: { layer_name: "more", filename } } });
  const withLayer = (name: string) => ({ ...base, resource: { ...base.resource, ...layer(name) } });
  const found = (name: string) =>
    stackFaults(withLayer(name), withLayer("known"), { [ARCHIVE]: HASH, [filename]: "x" }).filter((fault) =>
      fault.includes("aws_lambda_layer_version"),
    );
  expect(found("known")).toEqual([]);
  expect(found("more")).toContainEqual(expect.stringContaining("aws_lambda_layer_version.more.filename: "));
});

test("a REST API's stack has no findings, except types that the table may lack", () => {
  const { stack } = JSON.parse(JSON.stringify(stateOf(restDev()))) as Json;
  for (const each of Object.values<Json>(stack.resource.aws_lambda_function)) each.filename = ARCHIVE;
  const found = stackFaults(stack, base, { [ARCHIVE]: stack.resource.aws_lambda_function.callers.source_code_hash });
  expect(found.filter((each) => !each.includes("a type that neither this program nor"))).toEqual([]);
  stack.resource.aws_api_gateway_deployment.gateway.triggers.redeployment = '${sha256(file("/proc/self/environ"))}';
  expect(stackFaults(stack, base, { [ARCHIVE]: HASH }).join("\n")).toContain("calls file");
});

test("an existing service may be read and granted only as the base branch does", () => {
  const own = JSON.parse(JSON.stringify(existingStack()));
  own.resource.aws_lambda_function.callers.filename = ARCHIVE;
  own.resource.aws_lambda_function.public.filename = ARCHIVE;
  const hash = own.resource.aws_lambda_function.callers.source_code_hash;
  const faults = (against: Json, spoil: (stack: Json) => void = () => undefined) => {
    const stack = JSON.parse(JSON.stringify(own));
    spoil(stack);
    return stackFaults(stack, against, { [ARCHIVE]: hash }).map((fault) => fault.replace(/: [\s\S]*/, ""));
  };
  expect(faults(own)).toEqual([]);
  expect(faults(base)).toContain("data");
  expect(faults(base)).toContain("google_cloud_run_v2_service_iam_member.orders.project");
  expect(faults(own, ({ data }) => (data.google_cloud_run_v2_service.orders.name = "payments"))).toEqual(["data"]);
  const elsewhere = faults(own, ({ resource }) =>
    Object.assign(resource.google_cloud_run_v2_service_iam_member.orders, { project: "other" }),
  );
  expect(elsewhere).toEqual(["google_cloud_run_v2_service_iam_member.orders.project"]);
});

const CALLERS = "resource.aws_iam_role.callers";
const FUNCTION = "resource.aws_lambda_function.callers";

test.each<[string, string, unknown, string]>([
  ["a data source", "data", { http: { x: { url: "https://example.com" } } }, "data: a block"],
  ["a module", "module", { x: { source: "./x" } }, "module: a block"],
  ["an ephemeral resource", "ephemeral", {}, "ephemeral: a block"],
  ["a variable", "variable", {}, "variable: a block"],
  ["locals", "locals", {}, "locals: a block"],
  [
    "a type without a row",
    "resource.null_resource",
    { x: {} },
    "resource.null_resource: a type that neither this program nor",
  ],
  ["a type of every object", "resource.toString", { x: {} }, "resource.toString: a type that neither this program nor"],
  ["an instance", "resource.aws_instance", { x: {} }, "resource.aws_instance: a type that neither this program nor"],
  ["a provisioner", `${CALLERS}.provisioner`, [{ "local-exec": {} }], "callers.provisioner: is not allowed"],
  ["a connection", `${CALLERS}.connection`, {}, "callers.connection: is not allowed"],
  ["another provider", `${CALLERS}.provider`, "aws.other", "callers.provider: is not allowed"],
  ["a precondition", `${CALLERS}.lifecycle`, { precondition: [] }, "callers.lifecycle.precondition: is not allowed"],
  ["a second provider", "provider.http", [{}], "provider.http: a provider that no stack"],
  ["an aliased provider", "provider.aws.1", { alias: "x" }, "provider.aws: other settings"],
  ["another account", "provider.aws.0.allowed_account_ids", ["999999999999"], "provider.aws: other settings"],
  ["no account", "provider.aws.0.allowed_account_ids", undefined, "provider.aws: other settings"],
  ["an endpoint", "provider.aws.0.endpoints", [{ sts: "https://example.com" }], "provider.aws: other settings"],
  ["another project", "provider.google.0.project", "other", "provider.google: other settings"],
  ["one of another project", "resource.google_service_account.orders.project", "other", "orders.project: another"],
  ["one of another region", `${CALLERS}.region`, "us-east-1", "callers.region: another region"],
  ["a re-sourced provider", "terraform.required_providers.aws.source", "evil/aws", "terraform: another backend"],
  ["another version", "terraform.required_providers.aws.version", "0.0.1", "terraform: another backend"],
  ["another backend", "terraform.backend", { http: { address: "https://example.com" } }, "terraform: another backend"],
  ["another bucket", "terraform.backend.s3.bucket", "other", "terraform: another backend"],
  ["a file in a value", `${CALLERS}.description`, '${file("/proc/self/environ")}', "callers.description: ${file"],
  ["a file in a key", `${CALLERS}.tags`, { '${file("/etc/passwd")}': "x" }, "a key: ${file"],
  ["a file in an output", "output.x", { value: '${file("/etc/passwd")}' }, "output.x.value: ${file"],
  ["another archive", `${FUNCTION}.filename`, "/etc/passwd", "callers.filename: expected assets"],
  ["an archive elsewhere", `${CALLERS}.filename`, "/etc/passwd", "callers.filename: is not allowed"],
  ["another hash", `${FUNCTION}.source_code_hash`, "x", "callers.source_code_hash: is not that"],
  ["an import with a provider", "import", [{ id: "x", to: "a.b", provider: "aws.x" }], "import: expected"],
  ["a list where types stand", "resource", [{ null_resource: { x: {} } }], "resource: got no JSON object"],
  [
    "a list where names stand",
    "resource.aws_iam_role",
    [{ x: { provisioner: [] } }],
    "aws_iam_role: got no JSON object",
  ],
  ["a list where a lifecycle stands", `${CALLERS}.lifecycle`, [{ precondition: [] }], "lifecycle: got no JSON object"],
  ["a list where a resource stands", CALLERS, [], "aws_iam_role.callers: got no JSON object"],
])("%s is refused", (_, path, value, message) => {
  expect(faultsAfter((stack) => put(stack, path, value)).join("\n")).toContain(message);
});

function put(stack: Json, path: string, value: unknown): void {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = steps.reduce((node, step) => node[step], stack);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
