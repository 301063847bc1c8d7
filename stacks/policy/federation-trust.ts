import { type GoogleBinding, googleBindings } from "../../packages/terraform-access-review/access/google-bindings";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { ExpectedTrust } from "./expected-trust";
import { type BuiltInRule, differing, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

/** Provider arguments that may have any value: they admit no principal. */
const FREE = [
  ...["//", "depends_on", "description", "disabled", "display_name", "lifecycle"],
  ...["workload_identity_pool_id", "workload_identity_pool_provider_id"],
];

/**
 * Federation has two checks. The provider admits only exact roles of one AWS account, by AWS's own names for them. Each
 * service account trusts only the role with its own name.
 */
export const federationTrust: BuiltInRule<{ readonly trust: ExpectedTrust }> = {
  id: "federation-trust",
  promise:
    "The workload identity provider trusts AWS only: one account and exact role names. Each service account trusts only the role with its own name.",
  findings: (stack, { trust: expected }) => [
    ...resourcesOf(stack, "google_iam_workload_identity_pool_provider").flatMap((provider) =>
      providerFindings(provider, expected),
    ),
    ...googleBindings(stack)
      .filter(({ by }) => by.type.startsWith("google_service_account_iam_"))
      .flatMap((binding) => bindingFindings(stack, binding, expected)),
    ...resourcesOf(stack, "google_service_account_key").map(
      finding("creates a key that opens a service account to any holder: remove it"),
    ),
  ],
};

/** Other kinds of provider admit by other claims, so any additional argument is a finding. */
function providerFindings({ address, attributes }: Resource, expected: ExpectedTrust): Finding[] {
  const believes = Object.entries(attributes).filter(([argument]) => !FREE.includes(argument));
  const what = `admits principals other than config's ${expected.admits}`;
  return differing(address, what, Object.fromEntries(believes), expected.provider);
}

function bindingFindings(stack: StackJson, binding: GoogleBinding, expected: ExpectedTrust): Finding[] {
  const { address } = binding.by;
  const account = referred(stack, binding.attributes.service_account_id);
  const members = [...binding.members].sort();
  const who = members.join(", ") || "no principal";
  const grants = expected.grants.filter((grant) => grant.account === account?.attributes.account_id);
  if (grants.length === 0) {
    const opened = account?.address ?? binding.attributes.service_account_id;
    return [
      { address, message: `lets ${who} become ${opened}: expected no principal: this account is not for federation` },
    ];
  }
  const grant = grants.find(({ role }) => role === binding.role);
  if (grant === undefined) {
    const roles = grants.map(({ role }) => role).join(" or ");
    return [{ address, message: `grants ${binding.role}: expected ${roles}, which is enough` }];
  }
  const [pool] = resourcesOf(stack, "google_iam_workload_identity_pool");
  const wanted = [...grant.members(`\${${pool?.address}.name}`)].sort();
  const message = `may be used by ${who}: expected exactly ${wanted.join(", ")}`;
  return unless(members.join() === wanted.join(), address, message);
}
