import { UnplayableStack } from "../../../packages/local-front-door/terraform/document";
import { block, type Change, set } from "../../support/local/document";
import { ReadableStack } from "../../support/local/reading";
import { restDev } from "../../support/rest";

const dev = ReadableStack.of("dev");
const rest = ReadableStack.ofIntent(restDev());
const first = (type: string, { document } = dev) => `${type}.${Object.keys(document.resource[type] ?? {})[0]}`;
const ROLE = first("aws_iam_role");
const ROUTE = first("aws_apigatewayv2_route");
const INTEGRATION = first("aws_apigatewayv2_integration");
const SERVICE = first("google_cloud_run_v2_service");
const FUNCTION = first("aws_lambda_function");
const INVOKERS = first("google_cloud_run_v2_service_iam_binding");
const CLIENT = first("aws_cognito_user_pool_client");

/** One fault for each part that plays a stack. */
const FAULTS: Readonly<Record<string, Change>> = {
  "data: unknown to the local stand-in": (document) => Object.assign(document, { data: {} }),
  "aws_sqs_queue: a type of resource that the stand-ins do not know": (document) =>
    Object.assign(document.resource, { aws_sqs_queue: { jobs: {} } }),
  [`${ROLE}.path: unknown to the local stand-in`]: set(ROLE, { path: "/" }),
  [`${ROUTE}.authorization_type: got AWS_IAM, expected NONE, JWT or CUSTOM`]: set(ROUTE, {
    authorization_type: "AWS_IAM",
  }),
  [`${INTEGRATION}.integration_type: the stand-in knows only HTTP_PROXY`]: set(INTEGRATION, {
    integration_type: "AWS_PROXY",
  }),
  [`${INTEGRATION}.integration_method: the stand-in knows only ANY`]: set(INTEGRATION, { integration_method: "GET" }),
  [`${SERVICE}.template.containers.0.volume_mount: unknown to the local stand-in`]: (document) => {
    const template = block(document, SERVICE).template as { containers: Record<string, unknown>[] };
    Object.assign(template.containers[0] ?? {}, { volume_mount: {} });
  },
  [`${FUNCTION}.runtime: cannot run python3.13`]: set(FUNCTION, { runtime: "python3.13" }),
  [`${INVOKERS}.role: unknown role projects/x/roles/own`]: set(INVOKERS, { role: "projects/x/roles/own" }),
  [`${CLIENT}.name: cannot resolve \${var.client}`]: set(CLIENT, { name: "${var.client}" }),
};

const SETTINGS = first("aws_api_gateway_method_settings", rest);
const RESPONSE = first("aws_api_gateway_gateway_response", rest);
const PROXY = "aws_api_gateway_integration.orders_get_orders_by_id";
const PREFLIGHT = "aws_api_gateway_integration.preflight_orders";
const API = "aws_api_gateway_rest_api.gateway";

const REST_FAULTS: Readonly<Record<string, Change>> = {
  [`${API}.endpoint_configuration: the stand-in knows`]: set(API, { endpoint_configuration: { types: ["EDGE"] } }),
  [`${PROXY}.type: got AWS_PROXY`]: set(PROXY, { type: "AWS_PROXY" }),
  [`${PREFLIGHT}.request_templates.application/json: got "#end"`]: set(PREFLIGHT, {
    request_templates: { "application/json": "#end" },
  }),
  [`${SETTINGS}.method_path: no method has the path none/GET`]: set(SETTINGS, { method_path: "none/GET" }),
  [`${RESPONSE}.response_type: no such type: SLOWED`]: set(RESPONSE, { response_type: "SLOWED" }),
  "aws_api_gateway_authorizer.scoped.type: the stand-in knows": set("aws_api_gateway_authorizer.scoped", {
    type: "TOKEN",
  }),
};

test.each([
  ["an HTTP API", dev, FAULTS],
  ["a REST API", rest, REST_FAULTS],
])("all unsupported parts of a stack with %s are listed together", (_, stack, faults) => {
  const found = faultsOf(stack, ...Object.values(faults));
  const expected = Object.keys(faults);
  expect(expected.filter((start) => !found.some((line) => line.startsWith(start)))).toEqual([]);
  expect(found).toHaveLength(expected.length);
});

test("a stack that can be played has no fault", () => {
  expect([faultsOf(dev), faultsOf(rest)]).toEqual([[], []]);
});

function faultsOf(stack: ReadableStack, ...changes: readonly Change[]): readonly string[] {
  try {
    stack.read(changes);
    return [];
  } catch (error) {
    if (!(error instanceof UnplayableStack)) throw error;
    return error.faults.map(({ message }) => message);
  }
}
