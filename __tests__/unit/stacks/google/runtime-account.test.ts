import { devStack } from "../../../support/stack";

const stack = devStack();

test("containers run as an account that only their own secrets grant access to", () => {
  expect(stack.resource("google_service_account", "orders_rt").account_id).toBe("storefront-dev-orders-rt");
  const grants = stack.addresses().filter((address) => /iam_(binding|member|policy)/.test(address));
  const naming = grants.filter((address) => {
    const [type = "", name = ""] = address.split(".");
    return JSON.stringify(stack.resource(type, name).members).includes("google_service_account.orders_rt.");
  });
  expect(naming).toEqual([
    "google_secret_manager_secret_iam_binding.orders_database_url",
    "google_secret_manager_secret_iam_binding.orders_payment_key",
  ]);
});
