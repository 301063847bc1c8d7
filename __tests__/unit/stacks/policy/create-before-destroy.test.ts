import { createBeforeDestroy } from "../../../../stacks/policy/create-before-destroy";
import { everythingOfRest } from "../../../support/everything";
import { violations } from "../../../support/policy";
import { provisionedRest } from "../../../support/provisioned";
import { restDev } from "../../../support/rest";
import { testAll } from "../../../support/test-all";

const DEPLOYMENT = "aws_api_gateway_deployment.gateway";
const INTEGRATION = "aws_api_gateway_integration.orders_get_orders";
const BINDING = "google_cloud_run_v2_service_iam_binding.orders";
const ROLE = "aws_iam_role.orders";
const AUTHORIZER = "aws_api_gateway_authorizer.scoped";

test("no REST API passes create_before_destroy on to a fixed name, whatever else it has", () => {
  expect(violations(() => {}, restDev())).toEqual([]);
  expect(violations(() => {}, everythingOfRest())).toEqual([]);
  expect(violations(() => {}, provisionedRest())).toEqual([]);
});

testAll([
  [INTEGRATION, "uri", "${google_cloud_run_v2_service.orders.uri}/orders", "google_cloud_run_v2_service.orders"],
  [INTEGRATION, "depends_on", [BINDING], BINDING],
  [AUTHORIZER, "authorizer_uri", "${aws_lambda_function.callers.invoke_arn}", "aws_lambda_function.callers"],
  ["aws_api_gateway_rest_api.gateway", "tags", { "${aws_iam_role.orders.name}": "x" }, "aws_iam_role.orders"],
  ["aws_api_gateway_resource.orders", "lifecycle", { replace_triggered_by: [`${ROLE}.arn`] }, ROLE],
])("a way from the deployment to a fixed name stops the synthesis: %s %s", (address, argument, value, reached) => {
  const found = violations((find) => find(address).addOverride(argument, value), restDev());
  expect(found).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `^${DEPLOYMENT}: passes create_before_destroy on to (.*, to )?${reached}[,:].* \\(rule create-before-destroy\\)`,
      ),
    ),
  );
});

test("a resource with a fixed name may not be created before its predecessor is destroyed", () => {
  const service = "google_cloud_run_v2_service.orders";
  const found = violations((find) => find(service).addOverride("lifecycle.create_before_destroy", true));
  expect(found).toEqual([expect.stringContaining(`${service}: passes create_before_destroy on to ${service}`)]);
});

test("an API may be enabled a second time", () => {
  const resource = {
    own_template: { a: { lifecycle: { create_before_destroy: true }, depends_on: ["google_project_service.compute"] } },
    google_project_service: { compute: { service: "compute.googleapis.com" } },
  };
  expect(createBeforeDestroy.findings({ provider: {}, resource }, undefined)).toEqual([]);
});

const first = { lifecycle: { create_before_destroy: true } };

testAll<[Record<string, unknown>, string]>([
  [
    { data: { aws_iam_policy_document: { a: { arns: ["${aws_iam_role.a.arn}"] } } } },
    "data.aws_iam_policy_document.a.json",
  ],
  [{ locals: { a: "${aws_iam_role.a.arn}" } }, "local.a"],
  [{ module: { a: { arn: "${aws_iam_role.a.arn}" } } }, "module.a.out"],
])("a way through %j reaches what lies behind it", (blocks, expression) => {
  const resource = { aws_iam_role: { a: { name: "a" } }, other_thing: { b: { ...first, text: `\${${expression}}` } } };
  const found = createBeforeDestroy.findings({ provider: {}, resource, ...blocks } as never, {});
  const [through] = /^(data\.\w+\.\w+|\w+\.\w+)/.exec(expression) ?? [];
  expect(found).toEqual([
    { address: "other_thing.b", message: expect.stringContaining(`on to ${through}, to aws_iam_role.a:`) },
  ]);
});

test("types of other providers, and what the cloud names, may exist twice", () => {
  const resource = {
    aws_acm_certificate: { a: first },
    other_name: { a: {} },
    other_thing: { b: { ...first, depends_on: ["other_name.a", "aws_acm_certificate.a"] } },
  };
  expect(createBeforeDestroy.findings({ provider: {}, resource } as never, {})).toEqual([]);
});
