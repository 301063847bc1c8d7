import { intentOf } from "../../support/shop";
import { devStack, stackOf } from "../../support/stack";

test("a stack has no data sources, so a plan reads nothing else from the clouds", () => {
  expect(devStack().json.data).toBeUndefined();
});

test("addresses come from config and are stable, because a change would need a moved block", () => {
  expect(devStack().addresses()).toEqual(
    expect.arrayContaining([
      "aws_apigatewayv2_api.gateway",
      "aws_apigatewayv2_authorizer.scoped_path",
      "aws_apigatewayv2_route.orders_get_orders_by_id",
      "aws_cognito_resource_server.customers_orders",
      "aws_cognito_user_pool_client.reporting_agent",
      "aws_iam_role.callers",
      "aws_iam_role.orders",
      "aws_lambda_function.public",
      "aws_secretsmanager_secret.reporting_agent",
      "google_cloud_run_v2_service.orders",
      "google_iam_workload_identity_pool_provider.aws_gateway",
      "google_secret_manager_secret.orders_database_url",
      "google_service_account.orders",
      "google_service_account.orders_rt",
    ]),
  );
});

test("environments differ only in values: the same services give the same addresses, except project-wide resources", () => {
  const owner = intentOf("staging");
  const guest = stackOf({ ...owner, google: { ...owner.google, ownsProject: false } });
  const missing = stackOf(owner)
    .addresses()
    .filter((address) => !guest.addresses().includes(address));
  expect(missing.map((address) => address.split(".")[0])).toEqual([
    ...Array(2).fill("google_project_iam_audit_config"),
    ...Array(6).fill("google_project_service"),
  ]);
});

test("exactly these references connect the clouds, each known only after an apply", () => {
  expect(crossings(devStack().json.resource)).toEqual([
    "aws_apigatewayv2_integration -> google_cloud_run_v2_service.uri",
    "aws_lambda_function -> google_iam_workload_identity_pool_provider.name",
  ]);
});

test("the outputs give the URL to call, the token endpoint, and each service's audience", () => {
  const { output } = devStack().json;
  expect(Object.keys(output).sort()).toEqual(["api_url", "clients", "issuers", "services"]);
  expect(output.issuers.value.customers).toEqual({
    issuer: "https://${aws_cognito_user_pool.customers.endpoint}",
    token_endpoint: "https://storefront-dev.auth.eu-west-1.amazoncognito.com/oauth2/token",
  });
  expect(output.clients.value["reporting-agent"]).toEqual({
    client_id: "${aws_cognito_user_pool_client.reporting_agent.id}",
    secret_arn: "${aws_secretsmanager_secret.reporting_agent.arn}",
  });
  expect(output.services.value.orders).toEqual({
    url: "${google_cloud_run_v2_service.orders.uri}",
    audience: "https://storefront-dev-orders.storefront-dev.internal",
  });
});

test("requires a Terraform version with write-only arguments", () => {
  expect(devStack().json.terraform.required_version).toBe(">= 1.11.0");
});

/** References from a resource of one cloud to one of the other, `type -> type.attribute`, without depends_on. */
function crossings(resources: Readonly<Record<string, Readonly<Record<string, object>>>>): string[] {
  const found = new Set<string>();
  for (const [type, named] of Object.entries(resources)) {
    const other = type.startsWith("aws_") ? "google" : "aws";
    for (const { depends_on: _, ...body } of Object.values(named) as { depends_on?: unknown }[]) {
      const references = JSON.stringify(body).matchAll(new RegExp(`\\$\\{(${other}_\\w+)\\.\\w+\\.(\\w+)\\}`, "g"));
      for (const [, target, attribute] of references) found.add(`${type} -> ${target}.${attribute}`);
    }
  }
  return [...found].sort();
}
