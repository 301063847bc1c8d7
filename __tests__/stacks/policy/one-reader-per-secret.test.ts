import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { policyDocument, type Statement } from "../../../stacks/aws/policy-document";
import { violations } from "../../support/policy";
import { secretsDev } from "../../support/secret-settings";

const BINDING = "google_secret_manager_secret_iam_binding.orders_database_url";
const POLICY = "aws_secretsmanager_secret_policy.reporting_agent";

test("a second reader, or one that is no runtime account, stops the synthesis", () => {
  const rt = "${google_service_account.orders_rt.member}";
  for (const members of [
    [rt, "${google_service_account.catalog_rt.member}"],
    ["${google_service_account.orders.member}"],
    [],
  ]) {
    expect(violations((find) => Object.assign(find(BINDING), { members: members }))).toEqual([
      expect.stringContaining("google_secret_manager_secret.orders_database_url: is read by"),
    ]);
  }
  expect(
    violations((_, stack) => {
      new SecretManagerSecretIamMember(stack, "more", {
        secretId: "s",
        role: "roles/secretmanager.secretAccessor",
        member: "user:x@example.com",
      });
    }),
  ).toHaveLength(1);
});

const ADDERS_BINDING = "google_secret_manager_secret_iam_binding.orders_database_url_adders";
const SECRET = "google_secret_manager_secret.orders_database_url";
const changed = (change: Parameters<typeof violations>[0]) => violations(change, secretsDev());

test("exact principals may add versions beside the one reader", () => {
  expect(changed(() => {})).toEqual([]);
});

test.each([
  "allUsers",
  "domain:example.com",
  "user:*@example.com",
  "principalSet://iam.googleapis.com/x/*",
  "${google_service_account.orders_rt.member}",
  "${google_service_account.catalog_rt.member}",
  "serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com",
  "serviceAccount:storefront-dev-accounts-rt@storefront-dev.iam.gserviceaccount.com",
])("%s may not", (member) => {
  expect(changed((find) => Object.assign(find(ADDERS_BINDING), { members: [member] }))).toContainEqual(
    expect.stringContaining(`${SECRET}: may be changed by ${member}`),
  );
});

test.each(["roles/secretmanager.secretVersionManager", "roles/secretmanager.admin"])(
  "%s, which is more than to add, stops the synthesis",
  (role) => {
    expect(changed((find) => Object.assign(find(ADDERS_BINDING), { role }))).toEqual([
      expect.stringContaining(`${ADDERS_BINDING}: gives ${role}: expected`),
    ]);
  },
);

test("adders who are given the reader's role are readers", () => {
  expect(
    changed((find) => Object.assign(find(ADDERS_BINDING), { role: "roles/secretmanager.secretAccessor" })),
  ).toEqual([expect.stringContaining(`${SECRET}: is read by`)]);
});

test.each([
  ["no denial", (_: Record<string, unknown>) => []],
  ["a denial to somebody", (deny: Record<string, unknown>) => [{ ...deny, Principal: { AWS: ["x"] } }]],
  [
    "a denial of something else",
    (deny: Record<string, unknown>) => [{ ...deny, Action: "secretsmanager:PutSecretValue" }],
  ],
  ["a denial without exceptions", (deny: Record<string, unknown>) => [{ ...deny, Condition: undefined }]],
  [
    "a denial that a star escapes",
    (deny: Record<string, unknown>) => [
      { ...deny, Condition: { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::1:role/*"] } } },
    ],
  ],
])("%s leaves a client's secret open to the account, and stops the synthesis", (_, change) => {
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "x",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/reporting"] } },
  };
  const put = (statements: object[]) =>
    violations((find) => find(POLICY).addOverride("policy", policyDocument(...(statements as unknown as Statement[]))));
  expect(put([deny])).toEqual([]);
  expect(put(change(deny))).toEqual([
    expect.stringContaining("aws_secretsmanager_secret.reporting_agent: does not deny reading to everybody"),
  ]);
});
