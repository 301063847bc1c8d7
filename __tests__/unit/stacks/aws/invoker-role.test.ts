import { devStack } from "../../../support/stack";

const stack = devStack();

test("an invoker role has the name of its Google account and no AWS permissions", () => {
  const { assume_role_policy: _, ...role } = stack.resource("aws_iam_role", "orders");
  expect(role).toEqual({
    description: expect.stringContaining("may do nothing in AWS"),
    max_session_duration: 3600,
    name: "storefront-dev-orders",
  });
  expect(stack.all("aws_iam_role_policy")).not.toHaveProperty("orders");
  expect(stack.resource("google_service_account", "orders").account_id).toBe(role.name);
});
