import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { block, type Change, remove, set, stackOf } from "../../../support/local/document";

const BINDING = "google_secret_manager_secret_iam_binding.orders_database_url";
const SECRET = "${google_secret_manager_secret.orders_database_url.secret_id}";
const ENV = "google_cloud_run_v2_service.orders.template.containers.0.env.DATABASE_URL";

/** Mounts the secret as in an environment that pins its version. */
const mounted: Change = (document) => {
  const { template } = block(document, "google_cloud_run_v2_service.orders") as {
    template: { containers: { env: unknown[] }[] };
  };
  template.containers[0]?.env.push({
    name: "DATABASE_URL",
    value_source: { secret_key_ref: { secret: SECRET, version: "3" } },
  });
};

function orders(...changes: readonly Change[]) {
  return declaredServices(stackOf(...changes)).find(({ name }) => name === "storefront-dev-orders");
}

test("a service has its declared variables, and its secrets by their id", () => {
  expect(orders()).toMatchObject({ variables: { LOG_LEVEL: "debug" }, secrets: [] });
  expect(orders(mounted)).toEqual({
    address: "google_cloud_run_v2_service.orders",
    name: "storefront-dev-orders",
    variables: { LOG_LEVEL: "debug" },
    placeholders: [],
    secrets: [{ variable: "DATABASE_URL", secretId: "storefront-dev-orders-database-url", address: ENV }],
    openToInternet: false,
  });
});

test.each<[string, Change]>([
  ["no binding", remove(BINDING)],
  ["a binding for another role", set(BINDING, { role: "roles/run.viewer" })],
  ["a binding for another account", set(BINDING, { members: ["${google_service_account.accounts_rt.member}"] })],
  ["a binding on another secret", set(BINDING, { secret_id: "another" })],
])("a mounted secret with %s stops the start", (_, change) => {
  expect(() => orders(mounted, change)).toThrow(
    `${ENV}: serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com may not read storefront-dev-orders-database-url`,
  );
});

test("a secret that is not mounted needs no accessor", () => {
  expect(() => orders(remove(BINDING))).not.toThrow();
});

test("a container next to the app is refused if it is not Envoy", () => {
  const template = { containers: [{}, {}] };
  expect(() => orders(set("google_cloud_run_v2_service.orders", { template }))).toThrow(
    "google_cloud_run_v2_service.orders.template.containers: expected the app, and before it Envoy or nothing",
  );
});

test("a service that neither IAM nor Envoy guards is refused", () => {
  expect(() => orders(set("google_cloud_run_v2_service.orders", { invoker_iam_disabled: true }))).toThrow(
    "google_cloud_run_v2_service.orders.invoker_iam_disabled: neither IAM nor an Envoy",
  );
});
