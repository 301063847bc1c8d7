import { ADDERS, secretsDev } from "../../../support/secret-settings";
import { devStack, stackOf } from "../../../support/stack";

test("a secret is stored in its service's region, and protected if the environment is protected", () => {
  const secret = (protect: boolean) =>
    devStack({ protect }).resource("google_secret_manager_secret", "orders_database_url");
  expect(secret(true)).toMatchObject({
    deletion_protection: true,
    replication: { user_managed: { replicas: [{ location: "europe-west1" }] } },
    secret_id: "storefront-dev-orders-database-url",
  });
  expect(secret(false).deletion_protection).toBe(false);
});

const SETTINGS = stackOf(secretsDev());
const SECRET = "google_secret_manager_secret";

test("config may set where a secret's value is stored: in given regions, or automatically", () => {
  expect(SETTINGS.resource(SECRET, "orders_payment_key").replication).toEqual({
    user_managed: { replicas: [{ location: "europe-west1" }, { location: "europe-west4" }] },
  });
  expect(SETTINGS.resource(SECRET, "accounts_database_url").replication).toEqual({ auto: {} });
});

test("only the principals in config may add versions, and they get no other permission", () => {
  const { orders_database_url_adders, ...others } = SETTINGS.all("google_secret_manager_secret_iam_binding");
  expect(orders_database_url_adders).toMatchObject({
    members: [...ADDERS].sort(),
    role: "roles/secretmanager.secretVersionAdder",
    secret_id: "${google_secret_manager_secret.orders_database_url.id}",
  });
  expect(JSON.stringify(others)).not.toContain(ADDERS[0]);
  expect(Object.keys(devStack().all("google_secret_manager_secret_iam_binding")).sort()).toEqual([
    "accounts_database_url",
    "accounts_session_key",
    "orders_database_url",
    "orders_payment_key",
  ]);
});

test("Google sends reminders to the environment's topic, the first one that many days after the plan", () => {
  const { rotation, topics, lifecycle, depends_on } = SETTINGS.resource(SECRET, "orders_database_url");
  expect({ rotation, topics, lifecycle }).toEqual({
    rotation: { next_rotation_time: '${timeadd(timestamp(), "720h")}', rotation_period: "2592000s" },
    topics: [{ name: "${google_pubsub_topic.secret_rotations.id}" }],
    lifecycle: { ignore_changes: ["rotation[0].next_rotation_time"] },
  });
  // Google refuses a secret if it may not publish to the secret's topic.
  expect(depends_on).toContain("google_pubsub_topic_iam_binding.secret_rotations");
  for (const name of ["orders_payment_key", "accounts_session_key"]) {
    const quiet = SETTINGS.resource(SECRET, name);
    expect([quiet.rotation, quiet.topics, quiet.lifecycle]).toEqual([undefined, undefined, undefined]);
  }
});

test("the latest version is mounted if config says so", () => {
  const { template } = SETTINGS.resource("google_cloud_run_v2_service", "orders");
  const env: readonly { name: string; value_source?: { secret_key_ref: { version: string } } }[] =
    template.containers[0].env;
  expect(env.flatMap(({ name, value_source: from }) => (from ? [[name, from.secret_key_ref.version]] : []))).toEqual([
    ["DATABASE_URL", "3"],
    ["PAYMENT_KEY", "latest"],
  ]);
});

test("Terraform has no secret's value", () => {
  expect(devStack().all("google_secret_manager_secret_version")).toEqual({});
});
