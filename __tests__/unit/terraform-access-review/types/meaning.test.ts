import type { AttributeChange } from "../../../../packages/terraform-access-review/model/attribute-change";
import { coveredOf, guardsOf, writtenOf } from "../../../../packages/terraform-access-review/types";
import { isKey, pathsOf } from "../../../../packages/terraform-access-review/types/meaning";
import { testAll } from "../../../support/test-all";

testAll([
  ["an argument", "quota_settings.limit", ["quota_settings.limit"], ["quota_settings", "quota_settings[0].limit"]],
  [
    "an argument of several blocks",
    "scope[].scope_name",
    ["scope.scope_name", "scope[read].scope_name", "scope[].scope_name"],
    ["scope[read].scope_names", 'scope["read"].scope_name', "scope[read].x.scope_name"],
  ],
  [
    "a key of a map",
    "variables[service_*]",
    ["variables.service_orders", 'variables["service_a.b"]'],
    ["variables", "variables.services", "variables.service_orders.x", "variables[service_orders]"],
  ],
  [
    "a header",
    "request_parameters[integration.request.header.Authorization]",
    ['request_parameters["integration.request.header.Authorization"]'],
    ['request_parameters["integration.request.header.AuthorizationX"]', "request_parameters"],
  ],
  ["an argument and everything within", "triggers.*", ["triggers", "triggers.x", 'triggers["a b"].c'], ["triggersx"]],
] as const)("a name means %s", (_, name, meant, others) => {
  expect(meant.filter((path) => !pathsOf(name).test(path))).toEqual([]);
  expect(others.filter((path) => pathsOf(name).test(path))).toEqual([]);
});

test("a key in an argument's value is no argument of its own", () => {
  expect(["variables[policy]", "policy[Statement][][Sid].*"].filter((name) => !isKey(name))).toEqual([]);
  expect(["variables", "scope[].scope_name", "triggers.*"].filter(isKey)).toEqual([]);
  expect(writtenOf("aws_api_gateway_stage").arguments.filter((path) => path.startsWith("variables"))).toEqual([
    "variables",
  ]);
});

test("a block as a whole has a meaning only if each argument in it has one", () => {
  const block = (value: AttributeChange["after"]) => changed("aws_apigatewayv2_api.cors_configuration", "added", value);
  expect(block({ allow_origins: ["https://a.example"], max_age: 60 })).toBe(true);
  expect(block({ allow_origins: ["https://a.example"], allow_private_network: true })).toBe(false);
});

test("a copy of a secret with a key of the customer is in doubt, wherever the key is", () => {
  const of = "google_secret_manager_secret.replication";
  const own = { customer_managed_encryption: [{ kms_key_name: "k" }] };
  const replicas = (...list: readonly object[]) => ({ replicas: list }) as AttributeChange["after"];
  expect(changed(`${of}.user_managed`, "removed", replicas({ location: "a" }, { location: "b" }))).toBe(true);
  expect(changed(`${of}.user_managed`, "removed", replicas({ location: "a" }, { location: "b", ...own }))).toBe(false);
  expect(changed(`${of}.auto`, "added", {})).toBe(true);
  expect(changed(`${of}.auto`, "added", own)).toBe(false);
});

test("a protection that may only come or go is in doubt if it has another value", () => {
  const kinds = (["added", "removed", "changed"] as const).map((kind) =>
    changed("aws_iam_role.permissions_boundary", kind, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
  );
  expect(kinds).toEqual([true, true, false]);
});

test("an audit log omits the reads of exempted members, so one more is weaker, and in doubt", () => {
  const strengthOf = guardsOf("google_project_iam_audit_config").audit_log_config;
  const entry = (...exempted_members: readonly string[]) => ({ log_type: "DATA_READ", exempted_members });
  const strengths = [[entry()], [entry("user:a@x.example")], [entry("user:a@x.example", "user:b@x.example")]];
  expect(strengths.map((value) => strengthOf?.(value, {}))).toEqual([1, 0, -1]);
  const audit = (value: object) => changed("google_project_iam_audit_config.audit_log_config", "added", value as never);
  expect([audit(entry()), audit(entry("user:a@x.example"))]).toEqual([true, false]);
});

test("a template of a gateway response opens nothing as long as it only identifies the request, in keys as in texts", () => {
  const template = (value: AttributeChange["after"]) =>
    changed("aws_api_gateway_gateway_response.response_templates", "added", value);
  expect(template({ "application/json": '{"message":"$context.error.message","id":"$context.requestId"}' })).toBe(true);
  expect(template({ "application/json": '{"who":"$context.authorizer.subject"}' })).toBe(false);
  expect(template({ "$context.authorizer.subject": "x" })).toBe(false);
});

/** Whether a change of an attribute, by type and path, needs no report of its own. */
function changed(address: string, kind: AttributeChange["kind"], value: AttributeChange["after"]): boolean {
  const [type = "", ...path] = address.split(".");
  const sides = kind === "removed" ? { before: value } : { after: value };
  const change: AttributeChange = { path: path.join("."), kind, ...sides };
  return coveredOf(type).some(
    (each) =>
      each.path.test(change.path) &&
      (each.only?.includes(kind) ?? true) &&
      each.known !== true &&
      (each.where?.(change) ?? true),
  );
}
