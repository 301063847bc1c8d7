import { set } from "../../../support/local/document";
import { ReadableStack, type Refused } from "../../../support/local/reading";

const AUTHORIZER = "aws_apigatewayv2_authorizer.customers";
const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
const ISSUER = "https://issuer.example";

const jwt = (jwt_configuration: object | undefined) => set(AUTHORIZER, { jwt_configuration });
const sources = (...identity_sources: readonly string[]) => set(AUTHORIZER, { identity_sources });

const REFUSED: readonly Refused[] = [
  [`${AUTHORIZER}.authorizer_uri: a JWT authorizer has none`, set(AUTHORIZER, { authorizer_uri: "arn:x" })],
  [`${AUTHORIZER}.authorizer_result_ttl_in_seconds: a JWT`, set(AUTHORIZER, { authorizer_result_ttl_in_seconds: 60 })],
  [`${AUTHORIZER}.identity_sources: expected exactly one`, sources()],
  [`${AUTHORIZER}.identity_sources: expected exactly one`, sources("$request.header.A", "$request.header.B")],
  [`${AUTHORIZER}.identity_sources: got $context.path`, sources("$context.path")],
  [`${AUTHORIZER}.jwt_configuration.issuer: expected a URL`, jwt(undefined)],
  [`${AUTHORIZER}.jwt_configuration.audience: expected at least one`, jwt({ issuer: ISSUER, audience: [] })],
  [`${AUTHORIZER}.jwt_configuration.leeway: unknown`, jwt({ issuer: ISSUER, audience: ["x"], leeway: 5 })],
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
