import { devStack } from "../../../support/stack";

const stack = devStack();

test("only one AWS role can mint an invoker's ID tokens", () => {
  expect(stack.resource("google_service_account_iam_binding", "orders")).toEqual({
    members: [
      "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}" +
        "/attribute.aws_role/arn:aws:sts::111122223333:assumed-role/storefront-dev-orders",
    ],
    role: "roles/iam.serviceAccountOpenIdTokenCreator",
    service_account_id: "${google_service_account.orders.name}",
  });
});

test("each service has its own invoker, and no account has a key", () => {
  expect(Object.keys(stack.all("google_service_account_iam_binding")).sort()).toEqual([
    "accounts",
    "catalog",
    "orders",
  ]);
  expect(stack.all("google_service_account_key")).toEqual({});
});
