import { violations } from "../../../support/policy";

const LOOSE = [
  ["aws_cognito_user_pool.customers", "deletion_protection", "INACTIVE"],
  ["aws_secretsmanager_secret.reporting_agent", "lifecycle.prevent_destroy", false],
  ["google_cloud_run_v2_service.orders", "deletion_protection", false],
  ["google_secret_manager_secret.orders_database_url", "deletion_protection", false],
] as const;

test.each(LOOSE)("%s without protection stops the synthesis if the environment requires it", (address, path, value) => {
  expect(violations((find) => find(address).addOverride(path, value), { protect: true })).toEqual([
    expect.stringContaining(`${address}: is not protected from deletion`),
  ]);
});

test("the program's own declarations pass, and unprotected environments need no protection", () => {
  expect(violations(() => {}, { protect: true })).toEqual([]);
  expect(violations(() => {}, { protect: false })).toEqual([]);
});
