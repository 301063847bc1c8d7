import { type AwsNeeds, actionsOf, LOG_DELIVERY, onGateway } from "./need";

const gateway = actionsOf("apigateway");
const iam = actionsOf("iam");
const lambda = actionsOf("lambda");
const logs = actionsOf("logs");

const API = onGateway("apis", "DELETE", "PATCH", "POST", "PUT");
const REST = onGateway("restApis", "DELETE", "PATCH", "POST", "PUT");
const USAGE = onGateway("usage", "DELETE", "PATCH", "POST", "PUT");

const LOG_GROUP = {
  read: logs("ListTagsForResource"),
  write: logs(
    "CreateLogGroup",
    "DeleteLogGroup",
    "DeleteRetentionPolicy",
    "PutRetentionPolicy",
    "TagResource",
    "UntagResource",
  ),
};

/** The API of either kind, its functions and its logs. */
export const GATEWAY_NEEDS: AwsNeeds = {
  aws_api_gateway_account: [...onGateway("gatewayAccount", "PATCH"), { on: "gatewayLogRole", write: iam("PassRole") }],
  aws_api_gateway_api_key: USAGE,
  aws_api_gateway_authorizer: REST,
  aws_api_gateway_deployment: REST,
  aws_api_gateway_gateway_response: REST,
  aws_api_gateway_integration: REST,
  aws_api_gateway_integration_response: REST,
  aws_api_gateway_method: REST,
  aws_api_gateway_method_response: REST,
  aws_api_gateway_method_settings: REST,
  aws_api_gateway_resource: REST,
  aws_api_gateway_rest_api: [...REST, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  // The resource policy needs a separate permission, in addition to the one to change the API.
  aws_api_gateway_rest_api_policy: [...REST, { on: "restApis", write: gateway("UpdateRestApiPolicy") }],
  aws_api_gateway_stage: [...REST, LOG_DELIVERY],
  aws_api_gateway_usage_plan: USAGE,
  aws_api_gateway_usage_plan_key: USAGE,
  aws_apigatewayv2_api: [...API, { on: "gatewayRole", write: iam("CreateServiceLinkedRole") }],
  aws_apigatewayv2_authorizer: API,
  aws_apigatewayv2_integration: API,
  aws_apigatewayv2_route: API,
  aws_apigatewayv2_stage: [...API, LOG_DELIVERY],
  aws_cloudwatch_log_group: [
    { on: "everything", read: logs("DescribeLogGroups") },
    { on: "logGroups", ...LOG_GROUP },
    { on: "wafLogGroup", ...LOG_GROUP },
  ],
  aws_lambda_function: [
    {
      on: "functions",
      read: lambda("GetFunction", "GetFunctionCodeSigningConfig", "ListTags", "ListVersionsByFunction"),
      write: lambda(
        "CreateFunction",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "PutFunctionConcurrency",
        "TagResource",
        "UntagResource",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
      ),
    },
    { on: "functionRoles", write: iam("PassRole") },
  ],
  aws_lambda_alias: [
    {
      on: "provisionedFunctions",
      read: ["lambda:GetAlias"],
      write: ["lambda:CreateAlias", "lambda:DeleteAlias", "lambda:PublishVersion", "lambda:UpdateAlias"],
    },
  ],
  aws_lambda_permission: [
    { on: "functions", read: lambda("GetPolicy"), write: lambda("AddPermission", "RemovePermission") },
  ],
  aws_lambda_provisioned_concurrency_config: [
    {
      on: "provisionedFunctions",
      read: ["lambda:GetProvisionedConcurrencyConfig"],
      write: ["lambda:DeleteProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig"],
    },
  ],
};
