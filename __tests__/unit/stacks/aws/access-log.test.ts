import { intentOf } from "../../../support/shop";
import { devStack, stackOf } from "../../../support/stack";

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
    actor: "$context.authorizer.actor",
    subject: "$context.authorizer.subject",
    sourceIp: "$context.identity.sourceIp",
    responseBytes: "$context.responseLength",
    processedBytes: "$context.dataProcessed",
  });
});

const CALLER = ["subject", "client", "actor", "callerKind", "issuer", "decision"];
const HTTP = "aws_apigatewayv2_stage";

test.each([
  ["federated", devStack(), HTTP, CALLER],
  ["shared-issuer", stackOf(intentOf("preview")), HTTP, ["subject", "scopes", "client", "issuer"]],
  ["a REST API", stackOf(intentOf("prod")), "aws_api_gateway_stage", CALLER],
])("%s: no caller-controlled field comes after one of the gateway's own", (_, of, type, callers) => {
  const format: Record<string, string> = JSON.parse(of.resource(type, "gateway").access_log_settings.format);
  const written = (name: string) => /^\$context\.authorizer\.(?!error$)/.test(format[name] ?? "");
  const names = Object.keys(format);
  expect(names.slice(0, callers.length)).toEqual(callers);
  expect(names.filter(written)).toEqual(callers);
});

test("every log group has the configured retention", () => {
  const groups = Object.values(devStack({ logs: { retentionDays: 90 } }).all("aws_cloudwatch_log_group"));
  expect(groups.map(({ name, retention_in_days }) => [name, retention_in_days])).toEqual([
    ["/aws/vendedlogs/storefront-dev-access", 90],
    ["/aws/lambda/storefront-dev-callers", 90],
    ["/aws/lambda/storefront-dev-public", 90],
  ]);
});
