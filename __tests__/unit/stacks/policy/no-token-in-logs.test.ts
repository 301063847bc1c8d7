import { violations } from "../../../support/policy";
import { restDev } from "../../../support/rest";

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

test("a stage without an access log, or with whole requests in its logs, stops the synthesis", () => {
  expect(violations((find) => find(STAGE).addOverride("access_log_settings", undefined))).toEqual([
    expect.stringContaining("has no access log"),
  ]);
  expect(violations((find) => find(STAGE).addOverride("default_route_settings.data_trace_enabled", true))).toEqual([
    expect.stringContaining("logs whole requests"),
  ]);
});

test.each([
  ["of another path", "method_path", "orders/GET"],
  ["of another stage", "stage_name", "other"],
])("a REST stage whose settings are %s stops the synthesis", (_, attribute, value) => {
  const found = violations(
    (find) => find("aws_api_gateway_method_settings.all").addOverride(attribute, value),
    restDev(),
  );
  expect(found).toEqual([
    expect.stringContaining("aws_api_gateway_stage.gateway: leaves open whether it writes execution logs"),
  ]);
});

test("a REST stage whose settings keep execution logs off passes; one that writes them stops the synthesis", () => {
  expect(violations(() => {}, restDev())).toEqual([]);
  for (const [name, value] of Object.entries({ logging_level: "INFO", data_trace_enabled: true })) {
    const change = `settings.${name}`;
    expect(
      violations((find) => find("aws_api_gateway_method_settings.all").addOverride(change, value), restDev()),
    ).toEqual([expect.stringContaining("aws_api_gateway_method_settings.all: writes execution logs")]);
  }
});
