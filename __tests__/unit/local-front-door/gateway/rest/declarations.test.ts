import { block, type Change, remove, set } from "../../../../support/local/document";
import { ReadableStack, type Refused } from "../../../../support/local/reading";
import { restDev } from "../../../../support/rest";

const rest = ReadableStack.ofIntent(restDev());
const { resource } = rest.document;

const address = (part: string) => `aws_api_gateway_${part}`;

test("the stack as declared is understood completely", () => {
  expect([rest.read().gateway.kind, rest.read().gateway.routeKeys.length]).toEqual(["rest", 20]);
});

const API = address("rest_api.gateway");
const STAGE = address("stage.gateway");
const METHOD = address("method.orders_get_orders_by_id");
const INTEGRATION = address("integration.orders_get_orders_by_id");
const PREFLIGHT = address("integration.preflight_orders");
const ANSWER = address("integration_response.preflight_orders");
const SETTINGS = address("method_settings.orders_post_orders");

const mapped = (name: string, value: string | undefined): Change => {
  return (document) => {
    const parameters = block(document, INTEGRATION).request_parameters as Record<string, unknown>;
    if (value === undefined) delete parameters[name];
    else parameters[name] = value;
  };
};
const template = (source: string) => set(ANSWER, { response_templates: { "application/json": source } });

const AUTHORIZER = (name: string) => address(`authorizer.${name}`);
const THROTTLED = address("gateway_response.throttled");
const RESOURCE = address("resource.orders");
const KEY = address("usage_plan_key.web");
const PLAN = address("usage_plan.default");
const FOREACH = "#foreach($a in $b)#end";
const ORIGINS = (block(rest.document, ANSWER).response_templates as Record<string, string>)["application/json"];

const REFUSED: readonly Refused[] = [
  [
    `${API}.disable_execute_api_endpoint: its default endpoint is off and no domain maps to it`,
    set(API, { disable_execute_api_endpoint: true }),
  ],
  [`${API}.api_key_source: got ELSEWHERE`, set(API, { api_key_source: "ELSEWHERE" })],
  [`${STAGE}.cache_cluster_enabled: got true`, set(STAGE, { cache_cluster_enabled: true })],
  [`${STAGE}.deployment_id: got other`, set(STAGE, { deployment_id: "other" })],
  [`${STAGE}.rest_api_id: got other`, set(STAGE, { rest_api_id: "other" })],
  [`${METHOD}.rest_api_id: got other`, set(METHOD, { rest_api_id: "other" })],
  ["aws_api_gateway_deployment: expected exactly one", remove(address("deployment.gateway"))],
  [`${METHOD}.authorization: got AWS_IAM`, set(METHOD, { authorization: "AWS_IAM" })],
  [`${METHOD}.authorizer_id: no authorizer has the id x`, set(METHOD, { authorizer_id: "x" })],
  [`${METHOD}.http_method: got FETCH`, set(METHOD, { http_method: "FETCH" })],
  [`${METHOD}: no integration`, remove(INTEGRATION)],
  [`${INTEGRATION}.timeout_milliseconds: got 29001`, set(INTEGRATION, { timeout_milliseconds: 29_001 })],
  [
    `${INTEGRATION}.timeout_milliseconds: got 900001`,
    set(INTEGRATION, { timeout_milliseconds: 900_001, response_transfer_mode: "STREAM" }),
  ],
  [`${INTEGRATION}.response_transfer_mode: got OFTEN`, set(INTEGRATION, { response_transfer_mode: "OFTEN" })],
  [`${INTEGRATION}.content_handling: got`, set(INTEGRATION, { content_handling: "CONVERT_TO_TEXT" })],
  [
    `${INTEGRATION}.uri: the stage has no variable service_other`,
    set(INTEGRATION, { uri: "https://$${stageVariables.service_other}/orders/{id}" }),
  ],
  [
    `${STAGE}.variables.service_orders: cannot resolve`,
    set(STAGE, { variables: { service_orders: '${trimsuffix(google_cloud_run_v2_service.orders.uri, "/")}' } }),
  ],
  [`${INTEGRATION}.uri: no mapping fills {id}`, mapped("integration.request.path.id", undefined)],
  [
    `.path.name: ${METHOD}.request_parameters declares no`,
    mapped("integration.request.path.name", "method.request.path.x"),
  ],
  [".path.id: unknown expression context.secret", mapped("integration.request.path.id", "context.secret")],
  [".header.X-A: unknown expression $context.path", mapped("integration.request.header.X-A", "$context.path")],
  [".querystring.a: unknown mapping", mapped("integration.request.querystring.a", "'x'")],
  [`${METHOD}.request_parameters declares no method.request.path.id`, set(METHOD, { request_parameters: {} })],
  [`${SETTINGS}.settings.caching_enabled`, set(SETTINGS, { settings: { caching_enabled: true } })],
  [`${SETTINGS}.settings.throttling_rate_limit: got -2`, set(SETTINGS, { settings: { throttling_rate_limit: -2 } })],
  [
    "aws_api_gateway_resource.orders_export.path_part: API Gateway refuses {id} next to /orders/{id+}",
    (document) =>
      Object.assign(document.resource.aws_api_gateway_resource ?? {}, {
        orders_export: { ...block(document, address("resource.orders_export")), path_part: "{id}" },
        orders_by: { ...block(document, address("resource.orders_by")), path_part: "{id+}" },
      }),
  ],
  [`${RESOURCE}.path_part: API Gateway does not accept the path part`, set(RESOURCE, { path_part: "a b" })],
  [`${RESOURCE}.parent_id: leads to no resource`, set(RESOURCE, { parent_id: "x" })],
  [
    `${AUTHORIZER("scoped")}.identity_source: unknown expression`,
    set(AUTHORIZER("scoped"), { identity_source: "$request.header.A" }),
  ],
  [
    `${AUTHORIZER("public")}.authorizer_result_ttl_in_seconds: results cannot be cached`,
    set(AUTHORIZER("public"), { identity_source: "" }),
  ],
  [
    `${AUTHORIZER("public")}.authorizer_result_ttl_in_seconds: got 3601`,
    set(AUTHORIZER("public"), { authorizer_result_ttl_in_seconds: 3601 }),
  ],
  [`${THROTTLED}.response_type: a second one`, set(THROTTLED, { response_type: "DEFAULT_4XX" })],
  [`${THROTTLED}.status_code: got 4x`, set(THROTTLED, { status_code: "4x" })],
  [
    "response_templates: unknown variable $context.identity.apiKey",
    set(THROTTLED, {
      response_templates: { "application/json": "$context.identity.apiKey" },
    }),
  ],
  [`${ANSWER}.response_templates.application/json: got "#foreach($a in $b)#end", expected the`, template(FOREACH)],
  [`${ANSWER}.response_templates.application/json: got "#set($origin`, template(`${ORIGINS}#set($b = "x")`)],
  [
    `${PREFLIGHT}.request_templates.application/json: got "{\\"statusCode\\":$status}", expected {"statusCode":204}`,
    set(PREFLIGHT, { request_templates: { "application/json": '{"statusCode":$status}' } }),
  ],
  [
    `${address("method_response.preflight_orders")}.response_parameters does not declare it`,
    set(address("method_response.preflight_orders"), { response_parameters: {} }),
  ],
  [`${PREFLIGHT}.content_handling: got CONVERT_TO_BINARY`, set(PREFLIGHT, { content_handling: "CONVERT_TO_BINARY" })],
  [`expected exactly one aws_api_gateway_integration_response of OPTIONS /orders`, remove(ANSWER)],
  [`${KEY}.usage_plan_id: no usage plan or key has the id x`, set(KEY, { usage_plan_id: "x" })],
  [`${KEY}.key_type`, set(KEY, { key_type: "OTHER" })],
  [`${address("api_key.web")}.value: has 5 characters`, set(address("api_key.web"), { value: "short" })],
  [`${PLAN}.quota_settings.period: got YEAR`, set(PLAN, { quota_settings: { limit: 1, period: "YEAR" } })],
  [
    "access_log_settings.format: unknown variable $context.routeKey",
    set(STAGE, { access_log_settings: { format: "$context.routeKey" } }),
  ],
  [
    "aws_api_gateway_usage_plan_key.again.key_id: API Gateway refuses a key in two plans",
    (document) => {
      const keys = document.resource.aws_api_gateway_usage_plan_key ?? {};
      keys.again = { ...block(document, KEY) };
    },
  ],
];

test("an unsupported declaration stops the start with its address", () => {
  expect(rest.unrefused(REFUSED)).toEqual([]);
});

test("a deployment that does not depend on a part does not contain it", () => {
  const served =
    /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api)$/;
  const parts = Object.entries(resource).flatMap(([type, named]) =>
    served.test(type) ? [`${type}.${Object.keys(named)[0]}`] : [],
  );
  const cases = parts.map((part): Refused => {
    const forget: Change = (document) => {
      const deployment = block(document, address("deployment.gateway"));
      deployment.depends_on = (deployment.depends_on as string[]).filter((each) => each !== part);
    };
    return [`aws_api_gateway_deployment.gateway.depends_on: lacks ${part}`, forget];
  });
  expect(cases).toHaveLength(8);
  expect(rest.unrefused(cases)).toEqual([]);
});

test("local origins need a preflight", () => {
  const preflights = Object.keys(resource.aws_api_gateway_method ?? {}).filter((name) => name.startsWith("preflight_"));
  const without = preflights.map(
    (name): Change =>
      (document) => {
        for (const type of ["method", "method_response", "integration", "integration_response"]) {
          delete document.resource[`aws_api_gateway_${type}`]?.[name];
        }
      },
  );
  const gateway = { localOrigins: ["http://localhost:5173"] };
  expect(() => rest.read([], { gateway })).not.toThrow();
  expect(() => rest.read(without, { gateway })).toThrow(`${API}: no preflight`);
});
