import { secretsDev } from "../../support/secret-settings";
import { devStack, intentOf, stackOf } from "../../support/stack";

const stack = devStack();
const { google } = intentOf("dev");

test("the owner switches on the APIs that are used, and leaves them on when it goes", () => {
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

test("without secrets Secret Manager stays off", () => {
  const services = intentOf("dev").services.map((service) => ({ ...service, secrets: [] }));
  expect(devStack({ services }).all("google_project_service")).not.toHaveProperty("secretmanager");
});

test("Pub/Sub is switched on where a secret rotates", () => {
  expect(stackOf(secretsDev()).resource("google_project_service", "pubsub")).toEqual({
    disable_on_destroy: false,
    service: "pubsub.googleapis.com",
  });
});

test.each(["iam", "sts"])("every use of a federated identity at %s leaves a trace", (api) => {
  const { depends_on, ...audit } = stack.resource("google_project_iam_audit_config", api);
  expect(audit).toEqual({
    audit_log_config: [{ log_type: "ADMIN_READ" }, { log_type: "DATA_READ" }, { log_type: "DATA_WRITE" }],
    project: "storefront-dev",
    service: `${api}.googleapis.com`,
  });
  expect(depends_on).toContain(`google_project_service.${api}`);
});

test("an environment that does not own its project leaves APIs and audit logs alone", () => {
  const guest = devStack({ google: { ...google, ownsProject: false } });
  expect(guest.all("google_project_service")).toEqual({});
  expect(guest.all("google_project_iam_audit_config")).toEqual({});
});
