import type { EditableDocument } from "./document";

const ROLE_TRUST = (principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });

/** A stack with one API, one function and one service. */
export function smallDocument(): EditableDocument & { readonly provider: unknown } {
  const route = (route_key: string, authorizer: string) => ({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorization_type: "CUSTOM",
    authorizer_id: `\${aws_apigatewayv2_authorizer.${authorizer}.id}`,
    route_key,
    target: "integrations/${aws_apigatewayv2_integration.shop.id}",
  });
  const authorizer = (...identity_sources: readonly string[]) => ({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorizer_payload_format_version: "2.0",
    authorizer_result_ttl_in_seconds: 0,
    authorizer_type: "REQUEST",
    authorizer_uri: "${aws_lambda_function.judge.invoke_arn}",
    enable_simple_responses: true,
    identity_sources,
    name: "small",
  });
  const permission = (name: string) => ({
    action: "lambda:InvokeFunction",
    function_name: "${aws_lambda_function.judge.function_name}",
    principal: "apigateway.amazonaws.com",
    source_arn: `\${aws_apigatewayv2_api.gateway.execution_arn}/authorizers/\${aws_apigatewayv2_authorizer.${name}.id}`,
  });
  return {
    provider: {
      aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
      google: [{ project: "small", region: "europe-west1" }],
    },
    resource: {
      aws_iam_role: { judge: { name: "judge", assume_role_policy: ROLE_TRUST({ Service: "lambda.amazonaws.com" }) } },
      aws_lambda_function: {
        judge: {
          function_name: "judge",
          filename: "function.zip",
          handler: "index.answer",
          role: "${aws_iam_role.judge.arn}",
          runtime: "nodejs24.x",
          timeout: 60,
          environment: { variables: { GREETING: "hello" } },
        },
      },
      aws_lambda_permission: { public: permission("public"), scoped: permission("scoped") },
      aws_apigatewayv2_api: { gateway: { name: "small", protocol_type: "HTTP", disable_execute_api_endpoint: false } },
      aws_apigatewayv2_stage: {
        gateway: {
          api_id: "${aws_apigatewayv2_api.gateway.id}",
          auto_deploy: true,
          name: "$default",
          stage_variables: { policy: "abc" },
        },
      },
      aws_apigatewayv2_authorizer: {
        public: authorizer("$context.routeKey", "$context.path", "$stageVariables.policy"),
        scoped: authorizer("$request.header.Authorization", "$context.routeKey"),
      },
      aws_apigatewayv2_integration: {
        shop: {
          api_id: "${aws_apigatewayv2_api.gateway.id}",
          integration_method: "ANY",
          integration_type: "HTTP_PROXY",
          integration_uri: "${google_cloud_run_v2_service.shop.uri}",
          request_parameters: {
            "overwrite:header.X-Event": "$context.authorizer.event",
            "overwrite:header.X-Count": "$context.authorizer.events",
            "overwrite:header.X-Request-Id": "$context.requestId",
            "append:header.X-Via": "gateway",
            "remove:header.X-Secret": "''",
            "overwrite:path": "$request.path",
          },
        },
      },
      aws_apigatewayv2_route: {
        open: route("GET /open/{id}", "public"),
        scoped: route("ANY /scoped", "scoped"),
        greedy: route("GET /files/{path+}", "public"),
      },
      google_project_service: {
        iam: { service: "iam.googleapis.com" },
        run: { service: "run.googleapis.com" },
        sts: { service: "sts.googleapis.com" },
      },
      google_cloud_run_v2_service: {
        shop: { name: "shop", location: "europe-west1" },
      },
      google_cloud_run_v2_service_iam_binding: {
        shop: { name: "shop", location: "europe-west1", role: "roles/run.invoker", members: ["allUsers"] },
      },
    },
  };
}
