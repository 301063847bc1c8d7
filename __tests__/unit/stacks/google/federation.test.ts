import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

test("the pool waits for the APIs, and its id includes the config's generation", () => {
  const renewed = devStack({ federation: { ...intentOf("dev").federation, poolId: "storefront-dev-2" } });
  const pool = renewed.resource("google_iam_workload_identity_pool", "gateway");
  expect(pool.workload_identity_pool_id).toBe("storefront-dev-2");
  expect(pool.depends_on).toContain("google_project_service.iam");
});
