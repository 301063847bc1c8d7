import { only, type Resource } from "../../terraform/document";
import { type AttributeUse, expectValue, type Stack } from "../../terraform/stack";

export const REST_API = "aws_api_gateway_rest_api";

const API: AttributeUse = {
  read: ["api_key_source", "binary_media_types", "disable_execute_api_endpoint", "endpoint_configuration"],
  immaterial: {
    name: "a name for people; the API's id is made up",
  },
};
const ENDPOINT: AttributeUse = { read: ["types"] };

/** Resource types that belong to an API. One that names another API would serve that one. */
const PARTS = [
  "aws_api_gateway_authorizer",
  "aws_api_gateway_deployment",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_resource",
  "aws_api_gateway_stage",
] as const;

/** The stack's only REST API, which owns all of its parts. */
export interface RestApi {
  readonly resource: Resource;
  readonly id: string;
  readonly executionArn: string;
  /** Whether its own address is disabled. */
  readonly closed: boolean;
  /** The source of a caller's API key. */
  readonly keySource: "AUTHORIZER" | "HEADER";
  /** Media types of bodies that pass unchanged. All others are treated as text. */
  readonly binaryMediaTypes: readonly string[];
}

export function readRestApi(stack: Stack): RestApi {
  const resource = only(stack.declared(REST_API, API), REST_API);
  const [endpoint] = stack.blocks(resource, "endpoint_configuration", ENDPOINT);
  if (String(endpoint?.body.types) !== "REGIONAL") {
    stack.fault(`${resource.address}.endpoint_configuration`, "the stand-in knows only the type REGIONAL");
  }
  const keySource = stack.value(resource, "api_key_source") ?? "HEADER";
  if (keySource !== "AUTHORIZER" && keySource !== "HEADER") {
    stack.fault(`${resource.address}.api_key_source`, `got ${keySource}, expected AUTHORIZER or HEADER`);
  }
  const id = stack.text(resource, "id");
  for (const part of PARTS.flatMap((type) => stack.all(type))) expectValue(stack, part, "rest_api_id", id);
  return {
    resource,
    id,
    executionArn: stack.text(resource, "execution_arn"),
    closed: stack.value(resource, "disable_execute_api_endpoint") === true,
    keySource: keySource === "AUTHORIZER" ? keySource : "HEADER",
    binaryMediaTypes: stack.texts(resource, "binary_media_types"),
  };
}
