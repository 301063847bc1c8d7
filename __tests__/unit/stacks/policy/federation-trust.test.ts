import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { ServiceAccountKey } from "@cdktf/provider-google/lib/service-account-key";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

const PROVIDER = "google_iam_workload_identity_pool_provider.aws_gateway";
const BINDING = "google_service_account_iam_binding.orders";
const SET = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}";
const ROLE = "arn:aws:sts::111122223333:assumed-role";

const roleOf = (service: string) => `${SET}/attribute.aws_role/${ROLE}/storefront-dev-${service}`;
const changed = (address: string, attribute: string, value: unknown) =>
  violations((find) => find(address).addOverride(attribute, value));

testAll([
  ["", "no condition"],
  ["attribute.aws_role.startsWith('arn:aws:sts::111122223333:assumed-role/storefront-dev-')", "a prefix"],
  [`attribute.aws_role in ['${ROLE}/storefront-dev-orders'] || true`, "a way round"],
  [`attribute.aws_role in ['${ROLE}/administrator']`, "a role of the account that is no service's"],
])("the provider must admit exact roles: %s", (condition) => {
  expect(changed(PROVIDER, "attribute_condition", condition)).toEqual([
    expect.stringContaining(`${PROVIDER}: admits principals other than config's roles at attribute_condition: got`),
  ]);
});

testAll([
  ["a constant", `'${ROLE}/storefront-dev-orders'`],
  ["a value that the caller chooses", "assertion.arn.extract('assumed-role/{role_name}/')"],
  ["nothing", undefined],
])("a role is mapped from AWS's own claims, not from %s", (_, mapped) => {
  const mapping = { "google.subject": "assertion.arn", ...(mapped && { "attribute.aws_role": mapped }) };
  expect(violations((find) => Object.assign(find(PROVIDER), { attributeMapping: mapping }))).toEqual([
    expect.stringContaining(`${PROVIDER}: admits principals other than config's roles at attribute_mapping`),
  ]);
});

test("roles of another account stop the synthesis, even if provider and service accounts agree on them", () => {
  const other = (text: string) => text.replaceAll("111122223333", "999988887777");
  const condition = stackOf(intentOf("dev")).resource(...at(PROVIDER)).attribute_condition;
  const found = violations((find) => {
    find(PROVIDER).addOverride("aws.account_id", "999988887777");
    find(PROVIDER).addOverride("attribute_condition", other(condition));
    Object.assign(find(BINDING), { members: [other(roleOf("orders"))] });
  });
  expect(found).toEqual([
    expect.stringContaining(
      `${PROVIDER}: admits principals other than config's roles at aws.account_id: got "999988887777"`,
    ),
    expect.stringContaining(`${BINDING}: may be used by`),
  ]);
});

testAll([
  ["oidc", { issuer_uri: "https://token.example.com" }],
  ["saml", { idp_metadata_xml: "<xml/>" }],
  ["x509", { trust_store: { trust_anchors: [{ pem_certificate: "x" }] } }],
  ["project", "another"],
])("a provider trusts AWS only, not %s", (kind, value) => {
  expect(changed(PROVIDER, kind, value)).toEqual([
    expect.stringContaining(`${PROVIDER}: admits principals other than config's roles at ${kind}: got`),
  ]);
});

test("a second provider must meet the same rules, whatever its kind", () => {
  const { attribute_condition, attribute_mapping } = stackOf(intentOf("dev")).resource(...at(PROVIDER));
  const found = violations((_, stack) => {
    new IamWorkloadIdentityPoolProvider(stack, "second", {
      workloadIdentityPoolId: "${google_iam_workload_identity_pool.gateway.workload_identity_pool_id}",
      workloadIdentityPoolProviderId: "second",
      saml: { idpMetadataXml: "<xml/>" },
      attributeMapping: attribute_mapping,
      attributeCondition: attribute_condition,
    });
  });
  expect(found).toEqual([
    expect.stringContaining(
      "google_iam_workload_identity_pool_provider.second: admits principals other than config's roles at aws",
    ),
  ]);
});

testAll([
  ["the whole pool", [`${SET}/*`]],
  ["another attribute", [`${SET}/attribute.account/111122223333`]],
  ["two roles", [roleOf("catalog"), roleOf("orders")]],
  ["a role that the provider does not admit", [`${SET}/attribute.aws_role/${ROLE}/a`]],
  ["another service's role, although the provider admits it", [roleOf("catalog")]],
  ["a role through another pool", [roleOf("orders").replace("pool.gateway", "pool.other")]],
  ["a person", ["user:ann@example.com"]],
])("a service account trusts only the role with its own name, not %s", (_, members) => {
  expect(violations((find) => Object.assign(find(BINDING), { members: members }))).toEqual([
    expect.stringContaining(`${BINDING}: may be used by ${members.join(", ")}: expected exactly ${roleOf("orders")}`),
  ]);
});

test("no principal may impersonate a runtime account, or an account of another stack", () => {
  expect(changed(BINDING, "service_account_id", "${google_service_account.orders_rt.name}")).toEqual([
    expect.stringContaining(
      `${BINDING}: lets ${roleOf("orders")} become google_service_account.orders_rt: expected no principal`,
    ),
  ]);
  expect(
    changed(BINDING, "service_account_id", "projects/p/serviceAccounts/x@p.iam.gserviceaccount.com"),
  ).toContainEqual(expect.stringContaining(`${BINDING}: lets ${roleOf("orders")} become projects/p/serviceAccounts/`));
});

test("an invoker may only mint ID tokens, and has no key", () => {
  expect(changed(BINDING, "role", "roles/iam.workloadIdentityUser")).toEqual([
    expect.stringContaining("expected roles/iam.serviceAccountOpenIdTokenCreator"),
  ]);
  expect(
    violations((_, stack) => {
      new ServiceAccountKey(stack, "key", { serviceAccountId: "${google_service_account.orders.name}" });
    }),
  ).toEqual([expect.stringContaining("google_service_account_key.key: creates a key that opens a service account")]);
});

function at(address: string): [type: string, name: string] {
  const [type = "", name = ""] = address.split(".");
  return [type, name];
}
