import { violations } from "../../support/policy";

const STAGE = "aws_apigatewayv2_stage.gateway";

test.each([
  '{"t":"$context.authorizer.googleAuthorization"}',
  '{"t":"$request.header.Authorization"}',
  '{"t":"$context.authorizer"}',
  "$context.authorizer",
])("the format %s stops the synthesis", (format) => {
  expect(violations((find) => find(STAGE).addOverride("access_log_settings.format", format))).toEqual([
    expect.stringContaining(`${STAGE}: logs a token`),
  ]);
});

test("a stage without an access log, or with whole requests in it, stops the synthesis", () => {
  expect(violations((find) => find(STAGE).addOverride("access_log_settings", undefined))).toEqual([
    expect.stringContaining("has no access log"),
  ]);
  expect(violations((find) => find(STAGE).addOverride("default_route_settings.data_trace_enabled", true))).toEqual([
    expect.stringContaining("logs whole requests"),
  ]);
});
