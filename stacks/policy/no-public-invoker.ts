import type { Intent } from "../../intent/model/intent";
import { releaseRole } from "../../intent/model/names";
import { bindingsOn, type GoogleBinding } from "../../packages/terraform-access-review/access/google-bindings";
import { resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

type Declared = Pick<Intent, "google" | "handshake" | "releaseRoleId" | "services">;

const EVERYBODY = ["allUsers", "allAuthenticatedUsers"];

/** Arguments that name who gets access: of IAM grants, and of access control lists of Cloud Storage and BigQuery. */
const GRANTEES = ["member", "members", "policy_data", "entity", "role_entity", "special_group"];

/** Only a named principal may invoke a Cloud Run service: `allUsers` would make the gateway optional. */
export const noPublicInvoker: BuiltInRule<Declared> = {
  id: "no-public-invoker",
  promise:
    "One named account invokes each service, and the IAM check is on. With `handshake: shared-issuer`, no principal has the invoker role.",
  findings: (stack, declared) => [
    ...resourcesOf(stack, /./).filter(grantsEverybody).map(finding("grants a role to any principal: name one")),
    ...resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) =>
      serviceFindings(stack, service, declared),
    ),
  ],
};

function grantsEverybody({ type, attributes }: Resource): boolean {
  const granted = GRANTEES.flatMap((argument) => texts(attributes[argument]));
  return type.startsWith("google_") && granted.some((text) => EVERYBODY.some((everybody) => text.includes(everybody)));
}

/** Whether a binding gives exactly config's principals the role of releases. */
function isRelease({ role, members }: GoogleBinding, service: Resource, declared: Declared): boolean {
  const { release } = declared.services.find((each) => each.name === service.attributes.name) ?? {};
  if (release === undefined || role !== releaseRole(declared)) return false;
  return [...members].sort().join() === release.principals.join();
}

/**
 * The IAM check must be enabled, and one binding must name who passes it. If the handshake works without IAM, there
 * must be no binding; another rule checks those services.
 */
function serviceFindings(stack: StackJson, service: Resource, declared: Declared): Finding[] {
  const { address, attributes, name } = service;
  const { handshake } = declared;
  const bindings = bindingsOn(stack, service).filter((binding) => !isRelease(binding, service, declared));
  if (handshake === "shared-issuer") {
    return bindings
      .map(({ by }) => by)
      .map(finding("names an invoker although the invoker IAM check is off: Cloud Run refuses this"));
  }
  const invokers = bindings.filter(({ role }) => role === "roles/run.invoker");
  const members = invokers.flatMap((binding) => binding.members);
  const own = `\${google_service_account.${name}.member}`;
  const isOwn = invokers.length === 1 && members.length === 1 && members[0] === own;
  const isAlone = bindings.length === invokers.length;
  const isChecked = attributes.invoker_iam_disabled === false;
  return [
    ...unless(isChecked, address, "does not enable the invoker IAM check: set invoker_iam_disabled to false"),
    ...unless(isOwn, address, `is invoked by ${members.join(", ") || "no principal"}: expected exactly ${own}`),
    ...unless(isAlone, address, "has a binding of a role other than roles/run.invoker: an invoker needs no other"),
  ];
}
