import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

const stack = devStack();

test("the provider admits only the exact invoker roles of one account", () => {
  expect(stack.resource("google_iam_workload_identity_pool_provider", "aws_gateway")).toEqual({
    attribute_condition:
      "attribute.aws_role in ['arn:aws:sts::111122223333:assumed-role/storefront-dev-accounts', " +
      "'arn:aws:sts::111122223333:assumed-role/storefront-dev-catalog', " +
      "'arn:aws:sts::111122223333:assumed-role/storefront-dev-orders']",
    attribute_mapping: {
      "attribute.aws_role": expect.stringContaining("assertion.arn.extract('assumed-role/{role_name}/')"),
      "google.subject": "assertion.arn",
    },
    aws: { account_id: "111122223333" },
    description: expect.any(String),
    disabled: false,
    display_name: "aws-gateway",
    workload_identity_pool_id: "${google_iam_workload_identity_pool.gateway.workload_identity_pool_id}",
    workload_identity_pool_provider_id: "aws-gateway",
  });
});

test("the pool waits for the APIs, and its id includes the config's generation", () => {
  const renewed = devStack({ federation: { ...intentOf("dev").federation, poolId: "storefront-dev-2" } });
  const pool = renewed.resource("google_iam_workload_identity_pool", "gateway");
  expect(pool.workload_identity_pool_id).toBe("storefront-dev-2");
  expect(pool.depends_on).toContain("google_project_service.iam");
});
