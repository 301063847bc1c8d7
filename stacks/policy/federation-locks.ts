import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { texts } from "./iam-statements";
import { type Finding, PolicyRule } from "./rule";

/** The condition of the first lock: a list of exact assumed roles, nothing else. */
const EXACT_ROLES = /^attribute\.aws_role in \[('arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+'(, )?)+\]$/;

/** A member of the second lock: every session of one assumed role. */
const ONE_ROLE =
  /^principalSet:\/\/iam\.googleapis\.com\/\$\{google_iam_workload_identity_pool\.\w+\.name\}\/attribute\.aws_role\/(arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+)$/;

const ID_TOKENS_ONLY = "roles/iam.serviceAccountOpenIdTokenCreator";

/** Federation has two locks: the provider admits exact roles, and each service account names the one that becomes it. */
export class FederationLocks extends PolicyRule {
  readonly id = "federation-locks";

  findings(stack: DeclaredStack): readonly Finding[] {
    const providers = stack.ofType("google_iam_workload_identity_pool_provider");
    const admitted = providers.map(({ attributes }) => String(attributes.attribute_condition)).join();
    return [
      ...providers
        .filter(({ attributes }) => !EXACT_ROLES.test(String(attributes.attribute_condition)))
        .map(({ address }) => ({
          address,
          message: "admits more than exact roles: set attribute_condition to their list",
        })),
      ...stack.ofType("google_service_account_iam_binding").flatMap((binding) => bindingFindings(binding, admitted)),
      ...stack.ofType("google_service_account_iam_member", "google_service_account_key").map(({ address }) => ({
        address,
        message: "opens a service account beside its one binding: remove it",
      })),
    ];
  }
}

function bindingFindings({ address, attributes }: DeclaredResource, admitted: string): Finding[] {
  const members = texts(attributes.members);
  const role = ONE_ROLE.exec(members[0] ?? "")?.[1];
  const found: Finding[] = [];
  if (members.length !== 1 || role === undefined) {
    found.push({ address, message: `may be used by ${members.join(", ")}: expected the sessions of one AWS role` });
  } else if (!admitted.includes(`'${role}'`)) {
    found.push({ address, message: `names ${role}, which the provider does not admit` });
  }
  if (attributes.role !== ID_TOKENS_ONLY) {
    found.push({ address, message: `gives ${attributes.role}: ${ID_TOKENS_ONLY} mints ID tokens and nothing else` });
  }
  return found;
}
