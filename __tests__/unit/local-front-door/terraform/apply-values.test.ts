import type { computedAttribute as Computed } from "../../../../packages/local-front-door/terraform/apply-values";
import { stackOf } from "../../../support/local/document";

/** The documented formats of the providers. */
test.each([
  ["aws_apigatewayv2_api.gateway.id", /^[a-z0-9]{10}$/],
  ["aws_apigatewayv2_api.gateway.execution_arn", /^arn:aws:execute-api:eu-west-1:111122223333:[a-z0-9]{10}$/],
  ["aws_cognito_user_pool.customers.id", /^eu-west-1_[A-Za-z0-9]{9}$/],
  ["aws_cognito_user_pool.customers.endpoint", /^cognito-idp\.eu-west-1\.amazonaws\.com\/eu-west-1_[A-Za-z0-9]{9}$/],
  ["aws_cognito_user_pool_client.web.id", /^[a-z0-9]{26}$/],
  ["aws_iam_role.orders.arn", /^arn:aws:iam::111122223333:role\/storefront-dev-orders$/],
  [
    "aws_lambda_function.callers.invoke_arn",
    /^arn:aws:apigateway:eu-west-1:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:eu-west-1:111122223333:function:storefront-dev-callers\/invocations$/,
  ],
  ["google_cloud_run_v2_service.orders.uri", /^https:\/\/storefront-dev-orders-[a-z0-9]{10}-ew\.a\.run\.app$/],
  [
    "google_iam_workload_identity_pool_provider.aws_gateway.name",
    /^projects\/\d{12}\/locations\/global\/workloadIdentityPools\/storefront-dev\/providers\/aws-gateway$/,
  ],
  [
    "google_service_account.orders.member",
    /^serviceAccount:storefront-dev-orders@storefront-dev\.iam\.gserviceaccount\.com$/,
  ],
  [
    "google_service_account.orders.name",
    /^projects\/storefront-dev\/serviceAccounts\/storefront-dev-orders@storefront-dev\.iam\.gserviceaccount\.com$/,
  ],
  ["google_service_account.orders.unique_id", /^\d{21}$/],
])("%s has the format of a real apply", (address, shape) => {
  const [type = "", name, attribute = ""] = address.split(".");
  const stack = stackOf();
  const resource = stack.all(type).find((candidate) => candidate.name === name);
  expect(resource && stack.value(resource, attribute)).toMatch(shape);
});

test("ids are the same at every start, and client secrets differ", () => {
  const stack = stackOf();
  const [client] = stack.all("aws_cognito_user_pool_client");
  if (client === undefined) throw new Error("no client");
  const start = (attribute: string) => {
    let value: string | undefined;
    jest.isolateModules(() => {
      const { computedAttribute } = require("../../../../packages/local-front-door/terraform/apply-values") as {
        computedAttribute: typeof Computed;
      };
      value = computedAttribute(client, attribute, stack);
      expect(computedAttribute(client, attribute, stack)).toBe(value);
    });
    return value;
  };
  expect(start("id")).toBe(start("id"));
  expect(start("client_secret")).toMatch(/^[a-z0-9]{51}$/);
  expect(start("client_secret")).not.toBe(start("client_secret"));
});
