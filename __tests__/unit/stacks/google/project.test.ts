import type { Intent } from "../../../../intent/model/intent";
import { manyRoutes } from "../../../support/many-routes";
import { secretsDev } from "../../../support/secret-settings";
import { intentOf } from "../../../support/shop";
import { devStack, stackOf } from "../../../support/stack";

const stack = devStack();
const { google } = intentOf("dev");

test("the owner enables the APIs that are used, and leaves them enabled when it is destroyed", () => {
  const services = Object.values(stack.all("google_project_service"));
  expect(services.map(({ service, disable_on_destroy }) => [service, disable_on_destroy])).toEqual([
    ["cloudresourcemanager.googleapis.com", false],
    ["iam.googleapis.com", false],
    ["iamcredentials.googleapis.com", false],
    ["run.googleapis.com", false],
    ["secretmanager.googleapis.com", false],
    ["sts.googleapis.com", false],
  ]);
});

test("without secrets Secret Manager is not enabled", () => {
  const services = intentOf("dev").services.map((service) => ({ ...service, secrets: [] }));
  expect(devStack({ services }).all("google_project_service")).not.toHaveProperty("secretmanager");
});

describe("Secret Manager for Envoy's configuration", () => {
  const owned = (intent: Intent): Intent => ({
    ...intent,
    google: { ...intent.google, ownsProject: true },
    services: intent.services.map((service) => ({ ...service, secrets: [] })),
  });
  const large = owned(manyRoutes("one"));
  const { handshake, federation } = intentOf("dev");
  const behindIam: Intent = { ...large, handshake, federation };

  test.each([
    ["under shared-issuer", large],
    ["behind IAM, by verifyCallerToken", behindIam],
  ])("is enabled %s, although no service has a secret", (_, intent) => {
    const found = stackOf(intent);
    expect(found.resource("google_project_service", "secretmanager").service).toBe("secretmanager.googleapis.com");
    expect(found.resource("google_secret_manager_secret", "orders_envoy_configuration").depends_on).toContain(
      "google_project_service.secretmanager",
    );
  });

  test("is not enabled if the configuration fits into an argument", () => {
    const small = stackOf(owned(intentOf("preview")));
    expect(small.all("google_project_service")).not.toHaveProperty("secretmanager");
  });
});

test("Pub/Sub is enabled if a secret rotates", () => {
  expect(stackOf(secretsDev()).resource("google_project_service", "pubsub")).toEqual({
    disable_on_destroy: false,
    service: "pubsub.googleapis.com",
  });
});

test.each(["iam", "sts"])("every use of a federated identity at %s is logged", (api) => {
  const { depends_on, ...audit } = stack.resource("google_project_iam_audit_config", api);
  expect(audit).toEqual({
    audit_log_config: [{ log_type: "ADMIN_READ" }, { log_type: "DATA_READ" }, { log_type: "DATA_WRITE" }],
    project: "storefront-dev",
    service: `${api}.googleapis.com`,
  });
  expect(depends_on).toContain(`google_project_service.${api}`);
});

test("an environment that does not own its project does not manage APIs and audit logs", () => {
  const guest = devStack({ google: { ...google, ownsProject: false } });
  expect(guest.all("google_project_service")).toEqual({});
  expect(guest.all("google_project_iam_audit_config")).toEqual({});
});
