import { ServiceAccountKey } from "@cdktf/provider-google/lib/service-account-key";
import { violations } from "../../support/policy";

const PROVIDER = "google_iam_workload_identity_pool_provider.aws_gateway";
const BINDING = "google_service_account_iam_binding.orders";
const SET = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}";
const ROLE = "arn:aws:sts::111122223333:assumed-role";

test.each([
  ["", "no condition"],
  ["attribute.aws_role.startsWith('arn:aws:sts::111122223333:assumed-role/storefront-dev-')", "a prefix"],
  [`attribute.aws_role in ['${ROLE}/storefront-dev-orders'] || true`, "a way round"],
])("the first lock names exact roles: %s", (condition) => {
  const found = violations((find) => find(PROVIDER).addOverride("attribute_condition", condition));
  expect(found[0]).toContain(`${PROVIDER}: admits more than exact roles`);
});

test.each([
  ["the whole pool", [`${SET}/*`], "expected the sessions of one AWS role"],
  ["another attribute", [`${SET}/attribute.account/111122223333`], "expected the sessions of one AWS role"],
  [
    "two roles",
    [`${SET}/attribute.aws_role/${ROLE}/a`, `${SET}/attribute.aws_role/${ROLE}/b`],
    "expected the sessions of one AWS role",
  ],
  [
    "a role that the provider does not admit",
    [`${SET}/attribute.aws_role/${ROLE}/a`],
    "which the provider does not admit",
  ],
])("the second lock is one role that the first admits, not %s", (_, members, message) => {
  const found = violations((find) => Object.assign(find(BINDING), { members: members }));
  expect(found).toEqual([expect.stringContaining(BINDING)]);
  expect(found[0]).toContain(message);
});

test("an invoker mints ID tokens and nothing else, and has no key", () => {
  expect(violations((find) => find(BINDING).addOverride("role", "roles/iam.workloadIdentityUser"))).toHaveLength(1);
  expect(
    violations((_, stack) => {
      new ServiceAccountKey(stack, "key", { serviceAccountId: "${google_service_account.orders.name}" });
    }),
  ).toEqual([
    expect.stringContaining("google_service_account_key.key: opens a service account beside its one binding"),
  ]);
});
