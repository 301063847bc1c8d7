import { restWith } from "../../../support/domains";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, dev, edited, type Json, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const rest = stateOf(restWith({ cors: { origins: ["https://shop.example"], maxAgeSeconds: 60 } }));

const WITH_OUTPUT = (value: string) => edited(dev, (_, { stack }) => (stack.output.x = { value }));

testAll<[string, string]>([
  ["${aws_lambda_function.callers.function_name}", "unchanged"],
  ["${aws_cognito_user_pool.customers.endpoint}", "unchanged"],
  ["${data.google_cloud_run_v2_service.x.uri}", "unchanged"],
  ["${aws_cognito_user_pool_client.web.client_secret}", "broadened"],
  ["${aws_iam_access_key.x.secret}", "broadened"],
  ["${aws_iam_access_key.x.ses_smtp_password_v4}", "broadened"],
  ["${aws_lambda_function.callers.environment}", "broadened"],
  ["${data.aws_ssm_parameter.x.value}", "broadened"],
  ["${data.google_storage_object_signed_url.x.signed_url}", "broadened"],
  ["${tls_private_key.x.private_key_pem}", "broadened"],
  ["${random_string.x.id}", "broadened"],
])("an output of %s is %s", (value, expected) => {
  expect(verdict(accessBetween(dev, WITH_OUTPUT(value)))).toBe(expected);
});

const LOGS = { aws_apigatewayv2_stage: dev, aws_api_gateway_stage: rest } as const;

testAll<[string, string]>([
  ["$context.xrayTraceId", "unchanged"],
  ["$context.httpMethod $context.resourcePath", "unchanged"],
  ["$context.authorizer.googleAuthorization", "broadened"],
  ["$context.authorizer.claims", "broadened"],
  ["$context.authorizer.subject.googleAuthorization", "broadened"],
  ["$context.authorizer.token", "broadened"],
  ["$context.identity.apiKey", "broadened"],
  ["$stageVariables.x", "broadened"],
])("an access log that also has %s is %s", (field, expected) => {
  for (const [type, state] of Object.entries(LOGS)) {
    const after = edited(state, (all) => {
      for (const stage of Object.values<Json>(all[type])) {
        const [log] = [stage.access_log_settings].flat();
        log.format = JSON.stringify({ ...JSON.parse(log.format), x: field });
      }
    });
    expect([type, verdict(accessBetween(state, after))]).toEqual([type, expected]);
  }
});

const MAX_AGE = "method.response.header.Access-Control-Max-Age";

testAll<[string, string]>([
  ["'120'", "unchanged"],
  ["context.authorizer.googleAuthorization", "broadened"],
  ["stageVariables.x", "broadened"],
])("an answer to a browser that it remembers for %s is %s", (value, expected) => {
  const after = edited(rest, (all) => {
    for (const { response_parameters: parameters } of Object.values<Json>(all.aws_api_gateway_integration_response)) {
      if (parameters?.[MAX_AGE] !== undefined) parameters[MAX_AGE] = value;
    }
  });
  expect(verdict(accessBetween(rest, after))).toBe(expected);
});
