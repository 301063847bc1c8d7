import { only, type Resource } from "../../terraform/document";
import { type AttributeUse, expectValue, type Stack } from "../../terraform/stack";

const API: AttributeUse = {
  read: ["cors_configuration", "disable_execute_api_endpoint", "protocol_type"],
  immaterial: {
    description: "a text for people",
    name: "a name for people; the API's id is made up",
    tags: "no decision here depends on a tag",
  },
};
const STAGE: AttributeUse = {
  read: [
    "access_log_settings",
    "api_id",
    "auto_deploy",
    "default_route_settings",
    "name",
    "route_settings",
    "stage_variables",
  ],
  immaterial: { description: "a text for people", tags: "no decision here depends on a tag" },
};

/** Resource types that belong to an API. One that names another API would serve that one. */
const PARTS = ["aws_apigatewayv2_authorizer", "aws_apigatewayv2_integration", "aws_apigatewayv2_route"] as const;

/** The stack's only HTTP API, which owns all of its routes, authorizers and integrations. */
export function readApi(stack: Stack): Resource {
  const api = only(stack.declared("aws_apigatewayv2_api", API), "aws_apigatewayv2_api");
  expectValue(stack, api, "protocol_type", "HTTP");
  const id = stack.text(api, "id");
  for (const part of PARTS.flatMap((type) => stack.all(type))) expectValue(stack, part, "api_id", id);
  return api;
}

/** The `$default` stage, which publishes every change automatically. */
export function readStage(stack: Stack, api: Resource): Resource {
  const stage = only(stack.declared("aws_apigatewayv2_stage", STAGE), "aws_apigatewayv2_stage");
  expectValue(stack, stage, "api_id", stack.text(api, "id"));
  expectValue(stack, stage, "name", "$default");
  expectValue(stack, stage, "auto_deploy", true);
  return stage;
}
