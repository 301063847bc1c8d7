import { authorizerPolicy } from "../../../../../stacks/authorizer-policy";
import { ReadableStack } from "../../../../support/local/reading";
import { restDev } from "../../../../support/rest";
import { intentOf } from "../../../../support/shop";
import { stackOf } from "../../../../support/stack";

const intent = restDev();
const stack = stackOf(intent);
const routes = intent.services.flatMap(({ id, routes }) => routes.map((route) => ({ service: id, ...route })));

test("the API is regional, passes bodies unchanged, and expects no API key from callers", () => {
  expect(stack.resource("aws_api_gateway_rest_api", "gateway")).toMatchObject({
    api_key_source: "AUTHORIZER",
    binary_media_types: ["*/*"],
    endpoint_configuration: { types: ["REGIONAL"] },
    name: "storefront-dev",
  });
  expect(stack.addresses().filter((address) => address.startsWith("aws_apigatewayv2"))).toEqual([]);
});

test("paths are a tree, and addresses omit variable names", () => {
  expect(stack.resource("aws_api_gateway_resource", "orders_by")).toEqual({
    parent_id: "${aws_api_gateway_resource.orders.id}",
    path_part: "{id}",
    rest_api_id: "${aws_api_gateway_rest_api.gateway.id}",
  });
  expect(stack.resource("aws_api_gateway_resource", "images_all").path_part).toBe("{path+}");
  expect(stack.resource("aws_api_gateway_resource", "orders").parent_id).toBe(
    "${aws_api_gateway_rest_api.gateway.root_resource_id}",
  );
});

test("every route is a method with the authorizer of its kind, and counts usage", () => {
  for (const { address, method, access } of routes) {
    const kind = access.kind === "public" ? "public" : "scoped";
    expect(stack.resource("aws_api_gateway_method", address)).toMatchObject({
      api_key_required: true,
      authorization: "CUSTOM",
      authorizer_id: `\${aws_api_gateway_authorizer.${kind}.id}`,
      http_method: method,
    });
  }
});

test("an integration forwards path variables and the caller, and withholds the token", () => {
  expect(stack.resource("aws_api_gateway_integration", "orders_get_orders_by_id")).toMatchObject({
    integration_http_method: "GET",
    request_parameters: {
      "integration.request.header.Authorization": "''",
      "integration.request.header.X-Caller-Client": "context.authorizer.client",
      "integration.request.header.X-Caller-Scopes": "context.authorizer.scopes",
      "integration.request.header.X-Caller-Subject": "context.authorizer.subject",
      "integration.request.header.X-Gateway-Route": "'GET /orders/{id}'",
      "integration.request.header.X-HTTP-Method-Override": "''",
      "integration.request.header.X-Request-Id": "context.extendedRequestId",
      "integration.request.header.X-Serverless-Authorization": "context.authorizer.googleAuthorization",
      "integration.request.path.id": "method.request.path.id",
    },
    timeout_milliseconds: 29_000,
    type: "HTTP_PROXY",
    uri: "https://$${stageVariables.service_orders}/orders/{id}",
  });
  expect(stack.resource("aws_api_gateway_integration", "catalog_get_images_all_path").uri).toMatch(
    /\/images\/\{path\}$/,
  );
  expect(stack.resource("aws_api_gateway_integration", "orders_get_orders")).not.toHaveProperty(
    "response_transfer_mode",
  );
});

test("a service may get the caller's token, and a route may stream for longer", () => {
  const other = stackOf(
    restDev({
      services: {
        orders: {
          forwardAuthorization: true,
          routes: { "GET /orders/{id}": { stream: true, timeoutSeconds: 240 } },
        },
      },
    }),
  );
  const integration = other.resource("aws_api_gateway_integration", "orders_get_orders_by_id");
  expect(integration).toMatchObject({ response_transfer_mode: "STREAM", timeout_milliseconds: 240_000 });
  expect(integration.request_parameters).not.toHaveProperty(["integration.request.header.Authorization"]);
  expect(other.resource("google_cloud_run_v2_service", "orders").template.timeout).toBe("240s");
  expect(other.resource("aws_api_gateway_integration", "orders_get_orders").timeout_milliseconds).toBe(29_000);
});

test("preflights are answered by the gateway, for the listed origins and each path's own methods", () => {
  const answer = stack.resource("aws_api_gateway_integration_response", "preflight_orders");
  expect(answer.response_parameters).toMatchObject({
    "method.response.header.Access-Control-Allow-Methods": "'GET,POST'",
    "method.response.header.Vary": "'Origin'",
  });
  expect(answer.response_parameters).not.toHaveProperty(["method.response.header.Access-Control-Allow-Origin"]);
  expect(answer.content_handling).toBe("CONVERT_TO_TEXT");
  const template = answer.response_templates["application/json"];
  expect(template).toContain('$origin == "https://dev.shop.example.com"');
  expect(template).not.toContain("*");
  expect(stack.resource("aws_api_gateway_method", "preflight_orders")).toMatchObject({
    api_key_required: false,
    authorization: "NONE",
    http_method: "OPTIONS",
  });
  expect(stack.all("aws_api_gateway_method")).not.toHaveProperty("preflight_images");
});

test("without cors the gateway answers no preflights, and pages cannot read refusals", () => {
  const { gateway } = intent;
  const { cors: _, ...rest } = gateway;
  const closed = stackOf({ ...intent, gateway: rest });
  expect(closed.addresses().filter((address) => address.includes("preflight"))).toEqual([]);
  expect(Object.keys(closed.all("aws_api_gateway_gateway_response")).sort()).toEqual(["quota_exceeded", "throttled"]);
});

test("a caller over a limit learns which limit it was", () => {
  const body = (name: string) =>
    JSON.parse(stack.resource("aws_api_gateway_gateway_response", name).response_templates["application/json"]);
  expect(body("quota_exceeded")).toMatchObject({ limit: "quota" });
  expect(body("throttled")).toMatchObject({ limit: "throttle" });
});

test("every caller of the policy belongs to one plan, by a key that grants no access", () => {
  const members = Object.keys(stack.all("aws_api_gateway_usage_plan_key")).sort();
  expect(members).toEqual([
    "anonymous",
    "nightly_export",
    "reporting_agent",
    "support_desk",
    "web",
    "workforce_0oa1example",
  ]);
  expect(stack.resource("aws_api_gateway_usage_plan", "reporting_agent")).toMatchObject({
    quota_settings: { limit: 10_000, period: "MONTH" },
    throttle_settings: { burst_limit: 4, rate_limit: 2 },
  });
  expect(stack.resource("aws_api_gateway_usage_plan_key", "reporting_agent").usage_plan_id).toBe(
    "${aws_api_gateway_usage_plan.reporting_agent.id}",
  );
  expect(stack.resource("aws_api_gateway_usage_plan_key", "web").usage_plan_id).toBe(
    "${aws_api_gateway_usage_plan.default.id}",
  );
  const { usageKeys = {} } = authorizerPolicy(intent);
  const values = Object.values(stack.all("aws_api_gateway_api_key")).map(({ value }) => value);
  expect(Object.values(usageKeys).sort()).toEqual([...values].sort());
  expect(usageKeys).toHaveProperty(["customers/web"]);
  expect(usageKeys).toHaveProperty(["aws/arn:aws:iam::111122223333:role/nightly-export"]);
  expect(new Set(values).size).toBe(values.length);
});

test("without a plan usage is not counted", () => {
  const plain = stackOf({ ...intent, gateway: { ...intent.gateway, plans: [] } });
  expect(plain.resource("aws_api_gateway_rest_api", "gateway").api_key_source).toBe("HEADER");
  expect(plain.resource("aws_api_gateway_method", "orders_get_orders").api_key_required).toBe(false);
  expect(plain.addresses().filter((address) => /usage_plan|api_key/.test(address))).toEqual([]);
});

test("the stage logs each request, caches no responses, and writes no execution log", () => {
  const stage = stack.resource("aws_api_gateway_stage", "gateway");
  expect(stage).toMatchObject({ cache_cluster_enabled: false, stage_name: "live", xray_tracing_enabled: false });
  expect(stage.variables.policy).toMatch(/^[0-9a-f]{16}$/);
  const http = JSON.parse(
    stackOf(intentOf("dev")).resource("aws_apigatewayv2_stage", "gateway").access_log_settings.format,
  );
  const { processedBytes: _, ...fields } = http;
  expect(Object.keys(JSON.parse(stage.access_log_settings.format))).toEqual(Object.keys(fields));
  for (const { settings } of Object.values(stack.all("aws_api_gateway_method_settings"))) {
    expect(settings).toMatchObject({ caching_enabled: false, data_trace_enabled: false, logging_level: "OFF" });
  }
  expect(stack.resource("aws_api_gateway_method_settings", "orders_post_orders")).toMatchObject({
    method_path: "orders/POST",
    settings: { throttling_burst_limit: 10, throttling_rate_limit: 5 },
  });
});

test("a throttle of the root path uses the stage's notation for it", () => {
  const throttle = { ratePerSecond: 5, burst: 10 };
  const root = restDev({ services: { orders: { routes: { "GET /": { access: "public", throttle } } } } });
  expect(stackOf(root).resource("aws_api_gateway_method_settings", "orders_get_root").method_path).toBe("~1/GET");
  expect(() => ReadableStack.ofIntent(root).read()).not.toThrow();
});

test("X-Ray traces requests if config says so", () => {
  const traced = stackOf({ ...intent, gateway: { ...intent.gateway, tracing: true } });
  expect(traced.resource("aws_api_gateway_stage", "gateway").xray_tracing_enabled).toBe(true);
  const fields = (stack: typeof traced) =>
    Object.keys(JSON.parse(stack.resource("aws_api_gateway_stage", "gateway").access_log_settings.format));
  // First, because a caller can send the header that sets it.
  expect(fields(traced)).toEqual(["xrayTraceId", ...fields(stackOf(intent))]);
});

test("the account's role for logs belongs to its owner, and the stage waits for it", () => {
  expect(stack.resource("aws_api_gateway_account", "gateway").cloudwatch_role_arn).toBe(
    "${aws_iam_role.gateway_logs.arn}",
  );
  expect(stack.resource("aws_api_gateway_stage", "gateway").depends_on).toContain("aws_api_gateway_account.gateway");
  expect(stack.resource("aws_iam_role_policy_attachments_exclusive", "gateway_logs").policy_arns).toEqual([
    "${aws_iam_role_policy_attachment.gateway_logs.policy_arn}",
  ]);
  const guest = stackOf({ ...intent, aws: { ...intent.aws, ownsAccount: false } });
  expect(guest.addresses()).not.toContain("aws_api_gateway_account.gateway");
});
