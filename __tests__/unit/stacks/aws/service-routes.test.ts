import { REMOVED_HEADERS } from "../../../../stacks/aws/request-headers";
import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

const stack = devStack();

test("a service's integration sets trusted headers and removes misleading ones", () => {
  expect(stack.resource("aws_apigatewayv2_integration", "orders")).toEqual({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    depends_on: [
      "google_iam_workload_identity_pool_provider.aws_gateway",
      "google_service_account_iam_binding.orders",
      "google_cloud_run_v2_service_iam_binding.orders",
      "aws_iam_role.orders",
    ],
    integration_method: "ANY",
    integration_type: "HTTP_PROXY",
    integration_uri: "${google_cloud_run_v2_service.orders.uri}",
    payload_format_version: "1.0",
    request_parameters: {
      "overwrite:header.X-Caller-Actor": "$context.authorizer.actor",
      "overwrite:header.X-Caller-Client": "$context.authorizer.client",
      "overwrite:header.X-Caller-Issuer": "$context.authorizer.issuer",
      "overwrite:header.X-Caller-Scopes": "$context.authorizer.scopes",
      "overwrite:header.X-Caller-Subject": "$context.authorizer.subject",
      "overwrite:header.X-Gateway-Route": "$context.routeKey",
      "overwrite:header.X-Request-Id": "$context.requestId",
      "overwrite:header.X-Serverless-Authorization": "$context.authorizer.googleAuthorization",
      "overwrite:path": "$request.path",
      ...Object.fromEntries(REMOVED_HEADERS.map((name) => [`remove:header.${name}`, "''"])),
    },
    timeout_milliseconds: 30_000,
  });
});

test("every route is created with the authorizer of its kind", () => {
  const routes = intentOf("dev").services.flatMap(({ id, routes }) => routes.map((route) => ({ id, ...route })));
  expect(Object.keys(stack.all("aws_apigatewayv2_route"))).toHaveLength(routes.length);
  for (const { id, address, key, access, path } of routes) {
    const kind = `${access.kind === "public" ? "public" : "scoped"}${path.includes("{") ? "_path" : ""}`;
    expect(stack.resource("aws_apigatewayv2_route", address)).toEqual({
      api_id: "${aws_apigatewayv2_api.gateway.id}",
      authorization_type: "CUSTOM",
      authorizer_id: `\${aws_apigatewayv2_authorizer.${kind}.id}`,
      route_key: key,
      target: `integrations/\${aws_apigatewayv2_integration.${id}.id}`,
    });
  }
});
