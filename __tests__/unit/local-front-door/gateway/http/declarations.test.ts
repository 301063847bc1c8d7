import { type Change, set } from "../../../../support/local/document";
import { ReadableStack, type Refused } from "../../../../support/local/reading";
import { smallDocument } from "../../../../support/local/small-document";

const API = "aws_apigatewayv2_api.gateway";
const STAGE = "aws_apigatewayv2_stage.gateway";
const OPEN = "aws_apigatewayv2_route.open";
const PUBLIC = "aws_apigatewayv2_authorizer.public";
const SHOP = "aws_apigatewayv2_integration.shop";
const JUDGE = "aws_lambda_function.judge";

const small = new ReadableStack(smallDocument());

test("the stack as declared is understood completely", () => {
  expect(small.read().gateway).toMatchObject({ kind: "http", deviations: [] });
  expect(small.read().gateway.routeKeys).toEqual(["ANY /scoped", "GET /open/{id}", "GET /files/{path+}"]);
});

test("an additional API or stage stops the start", () => {
  const parts = [STAGE, OPEN, "aws_apigatewayv2_authorizer.scoped", SHOP];
  expect(
    small.unrefused([
      [`${API}.protocol_type: `, set(API, { protocol_type: "WEBSOCKET" })],
      [`${API}.disable_execute_api_endpoint: `, set(API, { disable_execute_api_endpoint: true })],
      [`${STAGE}.name: `, set(STAGE, { name: "prod" })],
      [`${STAGE}.auto_deploy: `, set(STAGE, { auto_deploy: false })],
      [
        "aws_apigatewayv2_api: expected exactly one",
        ({ resource }) => Object.assign(resource.aws_apigatewayv2_api ?? {}, { other: { protocol_type: "HTTP" } }),
      ],
      ...parts.map((part) => [`${part}.api_id: got other`, set(part, { api_id: "other" })] as const),
    ]),
  ).toEqual([]);
});

test("one of Terraform's own arguments that changes a resource stops the start", () => {
  const addresses = [API, STAGE, OPEN, PUBLIC, SHOP, "aws_lambda_permission.public"];
  const attributes = ["region", "provider", "count", "client_certificate_id"];
  const cases = addresses.flatMap((address) =>
    attributes.map((name) => [`${address}.${name}: unknown`, set(address, { [name]: "x" })] as const),
  );
  expect(small.unrefused(cases)).toEqual([]);
});

test("an integration that is not played, or a mapping that API Gateway refuses, stops the start", () => {
  const mapping = (key: string, value: string, why: string) =>
    [`${SHOP}.request_parameters.${key}: ${why}`, set(SHOP, { request_parameters: { [key]: value } })] as const;
  expect(
    small.unrefused([
      mapping("overwrite:header.Authorization", "x", ""),
      mapping("overwrite:header.X-Forwarded-For", "x", ""),
      mapping("append:header.x-amz-date", "x", ""),
      mapping("remove:header.Host", "''", ""),
      mapping("overwrite:querystring.x", "y", "unknown mapping"),
      mapping("append:path", "y", "unknown mapping"),
      mapping("set:header.x", "y", "unknown mapping"),
      mapping("remove:header.X-Secret", "", "expected ''"),
      mapping("overwrite:header.X-Long", "x".repeat(513), "a mapping value has at most 512 characters"),
      mapping("overwrite:header.X", "$context.color", "unknown expression"),
      mapping("overwrite:header.X", "a-$${context.path}", "unknown expression"),
      [`${SHOP}.payload_format_version: `, set(SHOP, { payload_format_version: "2.0" })],
      [`${SHOP}.tls_config: `, set(SHOP, { tls_config: {} })],
      ...[49, 30_001, "fast"].map(
        (timeout) => [`${SHOP}.timeout_milliseconds: `, set(SHOP, { timeout_milliseconds: timeout })] as const,
      ),
    ]),
  ).toEqual([]);
});

test("limits, CORS, an access log and a result cache that cannot be played stop the start", () => {
  const settings = (attributes: object) => set(STAGE, attributes as Record<string, unknown>);
  const cors = (cors_configuration: object) => set(API, { cors_configuration });
  const log = (format: string) => settings({ access_log_settings: { format } });
  const ttl = `${PUBLIC}.authorizer_result_ttl_in_seconds: `;
  expect(
    small.unrefused([
      [`${STAGE}.route_settings[0].route_key: `, settings({ route_settings: [{ route_key: "GET /none" }] })],
      [
        `${STAGE}.route_settings[0].data_trace_enabled: `,
        settings({ route_settings: [{ route_key: "ANY /scoped", data_trace_enabled: true }] }),
      ],
      [
        `${STAGE}.default_route_settings.throttling_rate_limit: got -1`,
        settings({ default_route_settings: { throttling_rate_limit: -1 } }),
      ],
      [`${API}.cors_configuration.allow_credentials: `, cors({ allow_origins: ["*"], allow_credentials: true })],
      [`${API}.cors_configuration.allow_origins: `, cors({ allow_origins: "*" })],
      [`${API}.cors_configuration.allow_private_network: `, cors({ allow_private_network: true })],
      ...["identity.color", "toString", "status.x"].map(
        (name) =>
          [`${STAGE}.access_log_settings.format: unknown variable $context.${name}`, log(`$context.${name}`)] as const,
      ),
      [`${ttl}got 3601, expected 0 to 3600`, set(PUBLIC, { authorizer_result_ttl_in_seconds: 3601 })],
      [`${ttl}got 60, expected 0 to 3600`, set(PUBLIC, { authorizer_result_ttl_in_seconds: "60" })],
      [
        `${ttl}results cannot be cached without an identity source`,
        set(PUBLIC, { authorizer_result_ttl_in_seconds: 60, identity_sources: [] }),
      ],
    ]),
  ).toEqual([]);
});

test("a function that cannot run here, or with another archive than planned, stops the start", () => {
  expect(
    small.unrefused([[`${JUDGE}.source_code_hash: declared AAAA`, set(JUDGE, { source_code_hash: "AAAA" })]]),
  ).toEqual([]);
});

test("local origins need an API with CORS", () => {
  const gateway = { localOrigins: ["http://localhost:5173"] };
  expect(() => small.read([], { gateway })).toThrow(`${API}.cors_configuration: not declared`);
});

test("a stack with an API of each kind stops the start", () => {
  const other: Change = ({ resource }) => {
    resource.aws_api_gateway_rest_api = { other: { name: "other" } };
  };
  const message = `${API}: cannot be open at the same time as aws_api_gateway_rest_api.other`;
  expect(small.unrefused([[message, other]])).toEqual([]);
});

describe("JWT authorizers", () => {
  const AUTHORIZER = "aws_apigatewayv2_authorizer.customers";
  const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
  const ISSUER = "https://issuer.example";

  const jwt = (jwt_configuration: object | undefined) => set(AUTHORIZER, { jwt_configuration });
  const sources = (...identity_sources: readonly string[]) => set(AUTHORIZER, { identity_sources });

  const REFUSED: readonly Refused[] = [
    [`${AUTHORIZER}.authorizer_uri: a JWT authorizer has none`, set(AUTHORIZER, { authorizer_uri: "arn:x" })],
    [
      `${AUTHORIZER}.authorizer_result_ttl_in_seconds: a JWT`,
      set(AUTHORIZER, { authorizer_result_ttl_in_seconds: 60 }),
    ],
    [`${AUTHORIZER}.identity_sources: expected exactly one`, sources()],
    [`${AUTHORIZER}.identity_sources: expected exactly one`, sources("$request.header.A", "$request.header.B")],
    [`${AUTHORIZER}.identity_sources: got $context.path`, sources("$context.path")],
    [`${AUTHORIZER}.jwt_configuration.issuer: expected a URL`, jwt(undefined)],
    [`${AUTHORIZER}.jwt_configuration.audience: expected at least one`, jwt({ issuer: ISSUER, audience: [] })],
    [`${ROUTE}.authorizer_id: no JWT authorizer has the id x`, set(ROUTE, { authorizer_id: "x" })],
    [".authorizer_id: no JWT authorizer has the id ", set(AUTHORIZER, { authorizer_type: "REQUEST" })],
    [
      ".authorizer_id: cannot resolve ${aws_apigatewayv2_authorizer.customers.id}",
      (document) => delete document.resource.aws_apigatewayv2_authorizer,
    ],
    [`${ROUTE}.authorization_scopes: only routes of the type JWT`, set(ROUTE, { authorization_type: "NONE" })],
  ];

  test("a JWT authorizer, or a route of one, that cannot be played stops the start", () => {
    expect(ReadableStack.of("preview").unrefused(REFUSED)).toEqual([]);
  });
});
