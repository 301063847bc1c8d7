import { devStack } from "../../support/stack";

const stage = devStack().resource("aws_apigatewayv2_stage", "gateway");

test("each request is one JSON line with exactly these fields", () => {
  expect(stage.access_log_settings.destination_arn).toBe("${aws_cloudwatch_log_group.access.arn}");
  expect(JSON.parse(stage.access_log_settings.format)).toEqual({
    requestId: "$context.requestId",
    time: "$context.requestTimeEpoch",
    route: "$context.routeKey",
    status: "$context.status",
    responseLatencyMs: "$context.responseLatency",
    integrationLatencyMs: "$context.integrationLatency",
    integrationStatus: "$context.integration.status",
    integrationError: "$context.integration.error",
    authorizerError: "$context.authorizer.error",
    decision: "$context.authorizer.decision",
    issuer: "$context.authorizer.issuer",
    callerKind: "$context.authorizer.callerKind",
    client: "$context.authorizer.client",
    subject: "$context.authorizer.subject",
    sourceIp: "$context.identity.sourceIp",
    responseBytes: "$context.responseLength",
    processedBytes: "$context.dataProcessed",
  });
});

test("the key that holds the token is in no log format", () => {
  const integration = devStack().resource("aws_apigatewayv2_integration", "orders");
  const key = integration.request_parameters["overwrite:header.X-Serverless-Authorization"];
  expect(key).toBe("$context.authorizer.googleAuthorization");
  expect(stage.access_log_settings.format).not.toContain("googleAuthorization");
  expect(stage.access_log_settings.format).not.toMatch(/header|Authorization/);
});

test("every log group forgets after the configured days", () => {
  const groups = Object.values(devStack({ logs: { retentionDays: 90 } }).all("aws_cloudwatch_log_group"));
  expect(groups.map(({ name, retention_in_days }) => [name, retention_in_days])).toEqual([
    ["/aws/vendedlogs/storefront-dev-access", 90],
    ["/aws/lambda/storefront-dev-callers", 90],
    ["/aws/lambda/storefront-dev-public", 90],
  ]);
});
