import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { CloudRunV2Job } from "@cdktf/provider-google/lib/cloud-run-v2-job";
import { TerraformResource } from "cdktf";
import { violations } from "../../../support/policy";
import { rotatedIntent } from "../../../support/rotation";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const SERVICE = "google_cloud_run_v2_service.orders";
const ACCOUNT = "template.service_account";
const [CALLERS, ROTATION] = ["${aws_iam_role.callers.arn}", "aws_lambda_function.rotate_secret_reporting_agent"];

testAll<[string, string, unknown, string]>([
  [SERVICE, ACCOUNT, "${google_service_account.catalog_rt.email}", "storefront-dev-catalog-rt"],
  [SERVICE, ACCOUNT, "${google_service_account.orders.email}", "storefront-dev-orders"],
  [SERVICE, ACCOUNT, "admin@other.iam.gserviceaccount.com", "admin"],
  [SERVICE, ACCOUNT, undefined, "a default identity"],
  ["aws_lambda_function.public", "role", CALLERS, "storefront-dev-callers"],
  ["aws_lambda_function.callers", "role", "arn:aws:iam::111122223333:role/admin", "admin"],
  [ROTATION, "role", CALLERS, "storefront-dev-callers"],
])("code of the front door with another identity stops the synthesis: %s %s %s", (address, argument, value, name) => {
  const found = violations((find) => find(address).addOverride(argument, value), rotatedIntent());
  expect(found.filter((each) => each.includes("(rule own-identities)"))).toEqual([
    expect.stringContaining(`${address}: runs as ${name}: expected `),
  ]);
});

testAll<[string]>([
  ["${google_service_account.orders.email}"],
  ["${google_service_account.orders_rt.email}"],
  ["storefront-dev-orders-rt@shop-dev.iam.gserviceaccount.com"],
])("a job that runs as %s stops the synthesis", (serviceAccount) => {
  const found = violations((_, stack) => {
    const template = { template: { serviceAccount, containers: [{ image: "example" }] } };
    new CloudRunV2Job(stack, "own", { name: "own", location: "europe-west1", deletionProtection: false, template });
  });
  expect(found).toEqual([expect.stringContaining("google_cloud_run_v2_job.own: runs as storefront-dev-orders")]);
});

test("a machine that runs as an account of the front door stops the synthesis", () => {
  const found = violations((_, stack) => {
    new TerraformResource(stack, "own", { terraformResourceType: "google_compute_instance" }).addOverride(
      "service_account",
      [{ email: "${google_service_account.orders_rt.email}" }],
    );
  });
  expect(found).toEqual([expect.stringContaining("google_compute_instance.own: runs as storefront-dev-orders-rt")]);
});

test("a function may have a role of its own, but none of the front door", () => {
  const having = (role: string) =>
    violations((_, stack) => {
      new LambdaFunction(stack, "own", { functionName: "own", role });
    });
  expect(having("arn:aws:iam::111122223333:role/own")).toEqual([]);
  expect(having("${aws_iam_role.orders.arn}")).toEqual([expect.stringContaining("aws_lambda_function.own: runs as ")]);
});

test("the account's setting for logs has the role of the environment that declares one, and any other elsewhere", () => {
  const change = (role: string, environment: string) =>
    violations(
      (find, stack) => {
        if (environment === "dev") new ApiGatewayAccount(stack, "own", { cloudwatchRoleArn: role });
        else find("aws_api_gateway_account.gateway").addOverride("cloudwatch_role_arn", role);
      },
      intentOf(environment),
      environment,
    ).filter((each) => each.includes("(rule own-identities)"));
  const other = "arn:aws:iam::111122223333:role/logs";
  expect(change(other, "dev")).toEqual([]);
  expect(change(other, "prod")).toEqual([expect.stringContaining("aws_api_gateway_account.gateway: runs as logs")]);
});
