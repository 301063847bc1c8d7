import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { CloudRunV2ServiceIamPolicy } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-policy";
import { ProjectIamBinding } from "@cdktf/provider-google/lib/project-iam-binding";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { SecretManagerRegionalSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-regional-secret-iam-binding";
import { SecretManagerSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-secret-iam-binding";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { SecretManagerSecretIamPolicy } from "@cdktf/provider-google/lib/secret-manager-secret-iam-policy";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { ServiceAccountIamPolicy } from "@cdktf/provider-google/lib/service-account-iam-policy";
import { violations } from "../../../support/policy";
import { secretsDev } from "../../../support/secret-settings";
import { testAll } from "../../../support/test-all";

type Stack = Parameters<Parameters<typeof violations>[0]>[1];

const ORDERS = "google_cloud_run_v2_service.orders";
const SECRET_ADDRESS = "google_secret_manager_secret.orders_database_url";
const SECRET = `\${${SECRET_ADDRESS}.secret_id}`;
const ACCOUNT = "${google_service_account.orders.name}";
const member = "user:ann@example.com";
const policyData = "${data.google_iam_policy.all.policy_data}";
const READ = "roles/secretmanager.secretAccessor";
const USE = "roles/iam.serviceAccountTokenCreator";
const INVOKE = "roles/run.invoker";

test("bindings on this stack's own resources pass, including a topic's", () => {
  expect(violations(() => {}, secretsDev())).toEqual([]);
});

const NAME = `\${${ORDERS}.name}`;
const SECRET_ID = "storefront-dev-orders-database-url";
const REGIONAL = { secretId: "x", location: "europe-west1", role: READ, members: [member] };
const invokes = JSON.stringify({ bindings: [{ role: INVOKE, members: [member] }] });
const secretMember = (it: Stack) =>
  new SecretManagerSecretIamMember(it, "more", { secretId: SECRET, role: READ, member });
const secretBinding = (it: Stack) =>
  new SecretManagerSecretIamBinding(it, "more", { secretId: SECRET_ID, role: READ, members: [member] });
const accountMember = (it: Stack) =>
  new ServiceAccountIamMember(it, "more", { serviceAccountId: ACCOUNT, role: USE, member });
const serviceMember = (it: Stack) => new CloudRunV2ServiceIamMember(it, "more", { name: NAME, role: INVOKE, member });
const servicePolicy = (data: string) => (it: Stack) =>
  new CloudRunV2ServiceIamPolicy(it, "more", { name: NAME, policyData: data });

testAll<[string, (stack: Stack) => void]>([
  ["google_secret_manager_secret_iam_member", secretMember],
  [
    "google_secret_manager_secret_iam_policy",
    (it) => new SecretManagerSecretIamPolicy(it, "more", { secretId: SECRET, policyData }),
  ],
  ["google_service_account_iam_member", accountMember],
  [
    "google_service_account_iam_policy",
    (it) => new ServiceAccountIamPolicy(it, "more", { serviceAccountId: ACCOUNT, policyData }),
  ],
  ["google_cloud_run_v2_service_iam_member", serviceMember],
  ["google_cloud_run_v2_service_iam_policy", servicePolicy(policyData)],
  [
    "google_secret_manager_regional_secret_iam_binding",
    (it) => new SecretManagerRegionalSecretIamBinding(it, "more", REGIONAL),
  ],
])("%s stops the synthesis, because no binding would show it", (type, add) => {
  expect(violations((_, stack) => add(stack))).toContainEqual(
    expect.stringContaining(`${type}.more: grants access outside the resource's one binding`),
  );
});

testAll([
  ["google_secret_manager_secret_iam_binding.orders_database_url", "secret_id", "storefront-dev-orders-database-url"],
  ["google_cloud_run_v2_service_iam_binding.orders", "name", "storefront-dev-orders"],
  ["google_cloud_run_v2_service_iam_binding.orders", "name", "${google_service_account.orders.account_id}"],
  ["google_service_account_iam_binding.orders", "service_account_id", "projects/p/serviceAccounts/x"],
])("a binding on a resource outside this stack stops the synthesis: %s %s %s", (address, argument, on) => {
  expect(violations((find) => find(address).addOverride(argument, on))).toContainEqual(
    expect.stringMatching(new RegExp(`^${address}: grants access on .*, which is not a google_\\w+ of this stack`)),
  );
});

test("a second reader by the secret's name, in addition to the one binding, stops the synthesis", () => {
  const found = violations((_, stack) => secretBinding(stack));
  expect(found).toContainEqual(
    expect.stringContaining(
      "google_secret_manager_secret_iam_binding.more: grants access on storefront-dev-orders-database-url, which is not a",
    ),
  );
});

testAll<[string, (stack: Stack) => void]>([
  [`${SECRET_ADDRESS}: is read by`, secretMember],
  [`${SECRET_ADDRESS}: is read by`, secretBinding],
  ["google_service_account_iam_member.more: grants roles/iam.serviceAccountTokenCreator", accountMember],
  [`${ORDERS}: is invoked by`, serviceMember],
  [`${ORDERS}: is invoked by`, servicePolicy(invokes)],
])("the rule on who has access counts a grant in any form: %s", (start, add) => {
  expect(violations((_, stack) => add(stack))).toContainEqual(expect.stringContaining(start));
});

test("a grant on the project stops the synthesis, because it reaches every secret, account and service in it", () => {
  const found = violations((_, stack) => {
    new ProjectIamMember(stack, "reader", { project: "storefront-dev", role: READ, member });
    new ProjectIamBinding(stack, "owners", { project: "storefront-dev", role: "roles/owner", members: [member] });
  });
  expect(found).toEqual([
    expect.stringContaining("google_project_iam_binding.owners: grants access beyond this stack's own resources"),
    expect.stringContaining("google_project_iam_member.reader: grants access beyond this stack's own resources"),
  ]);
});
