import { devStack } from "../../support/stack";

test("a secret is read by the one service that names it", () => {
  expect(devStack().resource("google_secret_manager_secret_iam_binding", "accounts_session_key")).toEqual({
    members: ["${google_service_account.accounts_rt.member}"],
    role: "roles/secretmanager.secretAccessor",
    secret_id: "${google_secret_manager_secret.accounts_session_key.secret_id}",
  });
});

test("a secret is kept where its service runs, and protected when the environment asks for it", () => {
  const secret = (protect: boolean) =>
    devStack({ protect }).resource("google_secret_manager_secret", "orders_database_url");
  expect(secret(true)).toMatchObject({
    deletion_protection: true,
    replication: { user_managed: { replicas: [{ location: "europe-west1" }] } },
    secret_id: "storefront-dev-orders-database-url",
  });
  expect(secret(false).deletion_protection).toBe(false);
});

test("Terraform knows no secret's value", () => {
  expect(devStack().all("google_secret_manager_secret_version")).toEqual({});
});
