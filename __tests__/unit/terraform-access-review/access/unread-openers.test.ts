import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unreadOpeners } from "../../../../packages/terraform-access-review/access/may";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { isKnownType } from "../../../../packages/terraform-access-review/types";
import { ROOT } from "../../../support/places";

/** An API with an authorizer behind an alias, and a function of the team's own. */
function stackWith(more: StackJson["resource"], top: Readonly<Record<string, unknown>> = {}): StackJson {
  return {
    ...top,
    provider: {},
    resource: {
      aws_apigatewayv2_authorizer: { callers: { authorizer_uri: "${aws_lambda_alias.callers.invoke_arn}" } },
      aws_lambda_alias: { callers: { function_name: "${aws_lambda_function.callers.function_name}" } },
      ...more,
    },
  } as StackJson;
}

const OWN = "${aws_lambda_function.own.arn}";
const CALLERS = "${aws_lambda_function.callers.arn}";
const own = (type: string, attributes: Readonly<Record<string, unknown>>) => ({ [type]: { own: attributes } });

test("what only calls or limits a function opens no route, and what may change one that an API uses does", () => {
  const opens = (more: StackJson["resource"], top = {}) => unreadOpeners(stackWith(more, top)).length > 0;
  expect({
    mapping: opens(own("aws_lambda_event_source_mapping", { function_name: OWN })),
    "mapping of the authorizer": opens(own("aws_lambda_event_source_mapping", { function_name: CALLERS })),
    subscription: opens(own("aws_sns_topic_subscription", { endpoint: OWN })),
    "stack that names the authorizer": opens(own("aws_cloudformation_stack", { template_body: CALLERS })),
    "stack that names a function of a local value": opens(own("aws_cloudformation_stack", { template_body: OWN }), {
      locals: { callers: OWN },
    }),
    "stack that names the API": opens(own("aws_cloudformation_stack", { a: "${aws_apigatewayv2_api.api.id}" })),
    runtime: opens(own("aws_lambda_runtime_management_config", { function_name: OWN })),
    "mapping that runs a program": opens(
      own("aws_lambda_event_source_mapping", {
        function_name: OWN,
        provisioner: [{ "local-exec": { command: "true" } }],
      }),
    ),
    "mapping of another provider": opens(own("aws_lambda_event_source_mapping", {}), {
      terraform: { required_providers: { aws: { source: "example/aws" } } },
    }),
  }).toEqual({
    mapping: false,
    "mapping of the authorizer": false,
    subscription: false,
    "stack that names the authorizer": true,
    "stack that names a function of a local value": true,
    "stack that names the API": true,
    runtime: true,
    "mapping that runs a program": true,
    "mapping of another provider": true,
  });
});

/** Arguments with which a resource sets code, its runtime, or who may use a function. */
const OPENS = /^(filename|image_uri|s3_key|principal|policy|authorization_type|function_version|runtime_version_arn)$/;

test("a type of Lambda counts exactly if the provider's schema has an argument for code or for a principal", () => {
  const file = readFileSync(join(ROOT, "stand-ins/schemas/aws-6.25.0.provider-schema.json.gz"));
  const [schema] = Object.values(JSON.parse(String(gunzipSync(file))).provider_schemas) as [
    { resource_schemas: Record<string, { block: { attributes: Record<string, unknown> } }> },
  ];
  const types = Object.keys(schema.resource_schemas).filter(
    (type) => type.startsWith("aws_lambda_") && !isKnownType(type),
  );
  const bySchema = types.filter((type) =>
    Object.keys(schema.resource_schemas[type]?.block.attributes ?? {}).some((name) => OPENS.test(name)),
  );
  const counted = types.filter((type) => unreadOpeners(stackWith(own(type, {}))).length > 0);
  expect([types.length > 5, counted]).toEqual([true, bySchema]);
});
