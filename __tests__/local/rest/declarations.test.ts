import { block, type Change, remove, set } from "../support/document";
import { isOpen, nestedBlocks, unheardOf } from "../support/nested-blocks";
import { read, restEnvironment } from "./support/rest-document";

const environment = restEnvironment();
const dev = environment.document("dev");
afterAll(() => environment.remove());

const address = (part: string) => `aws_api_gateway_${part}`;

/** What the gateway reads; accounts and the rest are read, or known to be immaterial, elsewhere. */
const OWN = Object.keys(dev.resource).filter((type) => /^aws_api_gateway_(?!account)/.test(type));

test("as it is declared, all of it is understood", () => {
  expect(read(dev).routeKeys).toHaveLength(20);
});

test.each(OWN)("an attribute of %s that nobody here knows stops the start", (type) => {
  const name = Object.keys(dev.resource[type] ?? {}).at(-1) ?? "";
  for (const attribute of ["made_up", "region", "provider", "count"]) {
    expect(() => read(dev, set(`${type}.${name}`, { [attribute]: "x" }))).toThrow(
      `${type}.${name}.${attribute}: unknown to the local stand-in`,
    );
  }
});

/** Blocks in which anything may stand, or whose names are something else's. */
const OPEN_BLOCKS: Readonly<Record<string, string>> = {
  "aws_api_gateway_deployment.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_deployment.triggers": "immaterial as a whole",
  "aws_api_gateway_method.request_parameters": "names of what mappings may refer to",
  "aws_api_gateway_method_response.response_parameters": "names of headers",
  "aws_api_gateway_integration.request_templates": "a template for each media type, which none of the others changes",
  "aws_api_gateway_rest_api.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_stage.variables": "a map: every name is a variable's",
};

const nested = [...nestedBlocks(new Map([["dev", dev]]))].filter(([shape]) => OWN.includes(shape.split(".")[0] ?? ""));

test.each(nested)("an unknown attribute of %s stops the start, or the block is open for a reason", (shape, place) => {
  if (isOpen(shape, OPEN_BLOCKS)) expect(() => read(dev, unheardOf(place))).not.toThrow();
  else
    expect(() => read(dev, unheardOf(place))).toThrow(/unheard_of|response_templates: the stand-in knows application/);
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

test.each<[string, Change]>([
  [
    `${API}.disable_execute_api_endpoint: its own address is off and no name leads to it`,
    set(API, { disable_execute_api_endpoint: true }),
  ],
  [`${API}.endpoint_configuration: the stand-in knows`, set(API, { endpoint_configuration: { types: ["EDGE"] } })],
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
  [`${INTEGRATION}.type: got AWS_PROXY`, set(INTEGRATION, { type: "AWS_PROXY" })],
  [`${INTEGRATION}.timeout_milliseconds: got 29001`, set(INTEGRATION, { timeout_milliseconds: 29_001 })],
  [
    `${INTEGRATION}.timeout_milliseconds: got 900001`,
    set(INTEGRATION, { timeout_milliseconds: 900_001, response_transfer_mode: "STREAM" }),
  ],
  [`${INTEGRATION}.response_transfer_mode: got OFTEN`, set(INTEGRATION, { response_transfer_mode: "OFTEN" })],
  [`${INTEGRATION}.content_handling: got`, set(INTEGRATION, { content_handling: "CONVERT_TO_TEXT" })],
  [`${INTEGRATION}.uri: no mapping fills {id}`, mapped("integration.request.path.id", undefined)],
  [
    `.path.name: ${METHOD}.request_parameters declares no`,
    mapped("integration.request.path.name", "method.request.path.x"),
  ],
  [".path.id: unknown expression context.secret", mapped("integration.request.path.id", "context.secret")],
  [".header.X-A: unknown expression $context.path", mapped("integration.request.header.X-A", "$context.path")],
  [".querystring.a: unknown mapping", mapped("integration.request.querystring.a", "'x'")],
  [`${METHOD}.request_parameters declares no method.request.path.id`, set(METHOD, { request_parameters: {} })],
  [`${SETTINGS}.method_path: no method has the path orders/PUT`, set(SETTINGS, { method_path: "orders/PUT" })],
  [`${SETTINGS}.settings.caching_enabled`, set(SETTINGS, { settings: { caching_enabled: true } })],
  [`${SETTINGS}.settings.throttling_rate_limit: got -2`, set(SETTINGS, { settings: { throttling_rate_limit: -2 } })],
  [
    "aws_api_gateway_resource.orders_export.path_part: API Gateway refuses {id} beside /orders/{id+}",
    (document) =>
      Object.assign(document.resource.aws_api_gateway_resource ?? {}, {
        orders_export: { ...block(document, address("resource.orders_export")), path_part: "{id}" },
        orders_by: { ...block(document, address("resource.orders_by")), path_part: "{id+}" },
      }),
  ],
  [
    "aws_api_gateway_resource.orders.path_part: API Gateway takes no such part",
    set(address("resource.orders"), { path_part: "a b" }),
  ],
  [
    "aws_api_gateway_resource.orders.parent_id: leads to no resource",
    set(address("resource.orders"), { parent_id: "x" }),
  ],
  [`${address("authorizer.scoped")}.type`, set(address("authorizer.scoped"), { type: "TOKEN" })],
  [
    `${address("authorizer.scoped")}.identity_source: unknown expression`,
    set(address("authorizer.scoped"), { identity_source: "$request.header.A" }),
  ],
  [
    `${address("authorizer.public")}.authorizer_result_ttl_in_seconds: nothing to keep`,
    set(address("authorizer.public"), { identity_source: "" }),
  ],
  [
    `${address("authorizer.public")}.authorizer_result_ttl_in_seconds: got 3601`,
    set(address("authorizer.public"), { authorizer_result_ttl_in_seconds: 3601 }),
  ],
  [
    `${address("gateway_response.throttled")}.response_type: no such type`,
    set(address("gateway_response.throttled"), { response_type: "SLOWED" }),
  ],
  [
    `${address("gateway_response.throttled")}.response_type: a second one`,
    set(address("gateway_response.throttled"), { response_type: "DEFAULT_4XX" }),
  ],
  [
    `${address("gateway_response.throttled")}.status_code: got 4x`,
    set(address("gateway_response.throttled"), { status_code: "4x" }),
  ],
  [
    "response_templates: unknown variable $context.identity.apiKey",
    set(address("gateway_response.throttled"), {
      response_templates: { "application/json": "$context.identity.apiKey" },
    }),
  ],
  [
    `${ANSWER}.response_templates.application/json: the stand-in does not know this part of a template: #foreach`,
    template("#foreach($a in $b)#end"),
  ],
  [`this part of a template: $util.urlEncode`, template('#set($a = $util.urlEncode("x"))')],
  [`this part of a template: its end`, template("#if($a)")],
  [
    `${address("method_response.preflight_orders")}.response_parameters does not declare it`,
    set(address("method_response.preflight_orders"), { response_parameters: {} }),
  ],
  [`${PREFLIGHT}.content_handling: got CONVERT_TO_BINARY`, set(PREFLIGHT, { content_handling: "CONVERT_TO_BINARY" })],
  [`expected exactly one aws_api_gateway_integration_response of OPTIONS /orders`, remove(ANSWER)],
  [
    `${address("usage_plan_key.web")}.usage_plan_id: nothing has the id x`,
    set(address("usage_plan_key.web"), { usage_plan_id: "x" }),
  ],
  [`${address("usage_plan_key.web")}.key_type`, set(address("usage_plan_key.web"), { key_type: "OTHER" })],
  [`${address("api_key.web")}.value: has 5 characters`, set(address("api_key.web"), { value: "short" })],
  [
    `${address("usage_plan.default")}.quota_settings.period: got YEAR`,
    set(address("usage_plan.default"), { quota_settings: { limit: 1, period: "YEAR" } }),
  ],
  [
    "access_log_settings.format: unknown variable $context.routeKey",
    set(STAGE, { access_log_settings: { format: "$context.routeKey" } }),
  ],
])("%s: the gateway does not start", (message, change) => {
  expect(() => read(dev, change)).toThrow(message);
});

const SERVED = Object.entries(dev.resource)
  .filter(
    ([type]) =>
      /_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api)$/.test(
        type,
      ) && OWN.includes(type),
  )
  .map(([type, named]) => `${type}.${Object.keys(named)[0]}`);

test.each(SERVED)("a deployment that does not wait for %s is none of it", (part) => {
  const forget: Change = (document) => {
    const deployment = block(document, address("deployment.gateway"));
    deployment.depends_on = (deployment.depends_on as string[]).filter((each) => each !== part);
  };
  expect(() => read(dev, forget)).toThrow(`aws_api_gateway_deployment.gateway.depends_on: without ${part}`);
});

test("every open block is one that occurs", () => {
  const shapes = nested.map(([shape]) => shape);
  expect(Object.keys(OPEN_BLOCKS).filter((shape) => !shapes.includes(shape))).toEqual([]);
});
