import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

const { gateway } = intentOf("dev");

test("pages of a configured origin may send a token and read the request id, without cookies", () => {
  const api = devStack().resource("aws_apigatewayv2_api", "gateway");
  expect(api.cors_configuration).toEqual({
    allow_credentials: false,
    allow_headers: ["authorization", "content-type"],
    allow_methods: ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
    allow_origins: ["http://localhost:3000", "https://dev.shop.example.com"],
    expose_headers: ["apigw-requestid"],
    max_age: 600,
  });
});

test("without cors in config the gateway answers no preflights", () => {
  const api = devStack({ gateway: { ...gateway, cors: undefined } }).resource("aws_apigatewayv2_api", "gateway");
  expect(api).not.toHaveProperty("cors_configuration");
  expect(api.protocol_type).toBe("HTTP");
});
