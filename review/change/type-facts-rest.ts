import type { TypeFacts } from "./facts";

const OF_METHOD = ["http_method", "resource_id", "rest_api_id"] as const;

/** The types of a REST API. What is not here is updated in place. */
export const REST_FACTS: Readonly<Record<string, TypeFacts>> = {
  aws_api_gateway_account: { forces: [], sets: ["features"] },
  aws_api_gateway_api_key: { forces: ["value"] },
  aws_api_gateway_authorizer: { forces: ["rest_api_id"], sets: ["provider_arns"] },
  // Another snapshot is another object: the old one is of no use to anybody.
  aws_api_gateway_deployment: { forces: ["rest_api_id", "triggers", "variables"] },
  aws_api_gateway_gateway_response: { forces: ["response_type", "rest_api_id"] },
  aws_api_gateway_integration: {
    forces: ["credentials", ...OF_METHOD, "integration_http_method", "passthrough_behavior", "type"],
    sets: ["cache_key_parameters"],
  },
  aws_api_gateway_integration_response: { forces: [...OF_METHOD, "status_code"] },
  aws_api_gateway_method: { forces: OF_METHOD, sets: ["authorization_scopes"] },
  aws_api_gateway_method_response: { forces: [...OF_METHOD, "status_code"] },
  aws_api_gateway_method_settings: { forces: ["method_path", "rest_api_id", "stage_name"] },
  aws_api_gateway_resource: { forces: ["rest_api_id"] },
  aws_api_gateway_rest_api: {
    forces: [],
    sets: ["endpoint_configuration.vpc_endpoint_ids"],
    loss: "the API's address: every caller that does not use a custom domain must learn the new one",
  },
  aws_api_gateway_rest_api_policy: { forces: ["rest_api_id"] },
  aws_api_gateway_stage: { forces: ["rest_api_id", "stage_name"] },
  aws_api_gateway_usage_plan: { forces: [], sets: ["api_stages", "api_stages.throttle"] },
  aws_api_gateway_usage_plan_key: { forces: ["key_id", "key_type", "usage_plan_id"] },
  aws_iam_role_policy_attachment: { forces: ["policy_arn", "role"] },
};
