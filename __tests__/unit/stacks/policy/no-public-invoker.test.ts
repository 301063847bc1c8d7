import { CloudRunV2ServiceIamBinding } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-binding";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { StorageBucketAccessControl } from "@cdktf/provider-google/lib/storage-bucket-access-control";
import { StorageBucketAcl } from "@cdktf/provider-google/lib/storage-bucket-acl";
import { violations } from "../../../support/policy";

const BINDING = "google_cloud_run_v2_service_iam_binding.orders";

test.each(["allUsers", "allAuthenticatedUsers"])(
  "%s as a member stops the synthesis, wherever it is granted",
  (member) => {
    expect(violations((find) => Object.assign(find(BINDING), { members: [member] }))).toEqual([
      expect.stringContaining(`${BINDING}: grants a role to any principal`),
      expect.stringContaining(`google_cloud_run_v2_service.orders: is invoked by ${member}`),
    ]);
    expect(
      violations((_, stack) => {
        new ProjectIamMember(stack, "everybody", { project: "storefront-dev", role: "roles/viewer", member });
      }),
    ).toContainEqual(expect.stringContaining("google_project_iam_member.everybody: grants a role to any principal"));
  },
);

test("an access control list for all principals stops the synthesis, and one for a named group does not", () => {
  const found = (entity: string) =>
    violations((_, stack) => {
      new StorageBucketAccessControl(stack, "one", { bucket: "reports", role: "READER", entity });
      new StorageBucketAcl(stack, "list", { bucket: "reports", roleEntity: [`READER:${entity}`] });
    }).filter((each) => each.includes("grants a role to any principal"));
  expect(found("allUsers")).toEqual([
    expect.stringContaining("google_storage_bucket_access_control.one: "),
    expect.stringContaining("google_storage_bucket_acl.list: "),
  ]);
  expect(found("group-analysts@example.com")).toEqual([]);
});

test("a service is invoked only by its own invoker account", () => {
  const other = "${google_service_account.catalog.member}";
  const own = "${google_service_account.orders.member}";
  expect(violations((find) => Object.assign(find(BINDING), { members: [other] }))).toHaveLength(1);
  expect(violations((find) => Object.assign(find(BINDING), { members: [own, other] }))).toHaveLength(1);
  expect(violations((find) => find(BINDING).addOverride("role", "roles/run.admin"))).toHaveLength(2);
});

test("the invoker IAM check must be on", () => {
  const message = "google_cloud_run_v2_service.orders: does not enable the invoker IAM check";
  for (const value of [true, undefined]) {
    expect(
      violations((find) => find("google_cloud_run_v2_service.orders").addOverride("invoker_iam_disabled", value)),
    ).toEqual([expect.stringContaining(message)]);
  }
});

test("an invoker without the IAM check stops the synthesis, because Cloud Run refuses both together", () => {
  const service = "google_cloud_run_v2_service.orders";
  const found = violations(
    (_, stack) => {
      new CloudRunV2ServiceIamBinding(stack, "orders", {
        name: `\${${service}.id}`,
        role: "roles/run.invoker",
        members: ["serviceAccount:somebody@example.iam.gserviceaccount.com"],
      });
    },
    {},
    "preview",
  );
  expect(found).toEqual([expect.stringContaining("names an invoker although the invoker IAM check is off")]);
});
