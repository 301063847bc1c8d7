import { only, type Resource } from "../../terraform/document";
import { type AttributeUse, expectValue, type Stack } from "../../terraform/stack";
import type { RestApi } from "./api";

const STAGE: AttributeUse = {
  read: [
    "access_log_settings",
    "cache_cluster_enabled",
    "deployment_id",
    "rest_api_id",
    "stage_name",
    "variables",
    "xray_tracing_enabled",
  ],
};
const DEPLOYMENT: AttributeUse = {
  read: ["rest_api_id"],
  immaterial: {
    triggers: "they decide when an apply makes another snapshot; here every start serves what is declared",
  },
};

/** Everything that a deployment's snapshot contains. */
const SERVED = [
  "aws_api_gateway_authorizer",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_resource",
] as const;

export interface RestStage {
  readonly resource: Resource;
  /** The first part of every path: `live`. */
  readonly name: string;
  readonly variables: ReadonlyMap<string, string>;
  /** Whether a line of the access log has X-Ray's id. There is no X-Ray here. */
  readonly traces: boolean;
}

/** The only stage, and the deployment that it serves. */
export function readRestStage(stack: Stack, api: RestApi): RestStage {
  const type = "aws_api_gateway_stage";
  const resource = only(stack.declared(type, STAGE), type);
  expectValue(stack, resource, "cache_cluster_enabled", false, false);
  const name = stack.text(resource, "stage_name");
  if (!/^[\w-]{1,128}$/.test(name)) {
    stack.fault(`${resource.address}.stage_name`, `got ${name}, expected only letters, digits, _ and -`);
  }
  const deployment = only(stack.declared("aws_api_gateway_deployment", DEPLOYMENT), "aws_api_gateway_deployment");
  expectValue(stack, resource, "deployment_id", stack.text(deployment, "id"));
  requireWhole(stack, deployment, api);
  const traces = stack.value(resource, "xray_tracing_enabled") === true;
  return { resource, name, variables: stack.textMap(resource, "variables"), traces };
}

/** Requires that the deployment depends on every part. A snapshot may lack other parts, which are then not served. */
function requireWhole(stack: Stack, deployment: Resource, api: RestApi): void {
  const { depends_on: waitsFor } = deployment.body;
  const known = Array.isArray(waitsFor) ? waitsFor : [];
  const parts = [api.resource, ...SERVED.flatMap((type) => stack.all(type))];
  for (const { address } of parts.filter((part) => !known.includes(part.address))) {
    stack.fault(`${deployment.address}.depends_on`, `lacks ${address}, which may be missing in the snapshot: add it`);
  }
}
