import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { texts } from "./iam-statements";
import { type Finding, PolicyRule } from "./rule";

/** The condition of the first lock: a list of exact assumed roles, nothing else. */
const EXACT_ROLES = /^attribute\.aws_role in \[('arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+'(, )?)+\]$/;

/** A member of the second lock: every session of one assumed role. */
const ONE_ROLE =
  /^principalSet:\/\/iam\.googleapis\.com\/\$\{google_iam_workload_identity_pool\.\w+\.name\}\/attribute\.aws_role\/(arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+)$/;

/** Of GitHub's workflows: the repository by its numbers, which no name can imitate, and a list of exact subjects. */
const EXACT_SUBJECTS =
  /^assertion\.repository_owner_id == '\d+' && assertion\.repository_id == '\d+' && google\.subject in \[('repo:[^'*]+'(, )?)+\]$/;

const GITHUB = "https://token.actions.githubusercontent.com";

/** A member of the second lock: one exact subject. */
const ONE_SUBJECT =
  /^principal:\/\/iam\.googleapis\.com\/\$\{google_iam_workload_identity_pool\.\w+\.name\}\/subject\/(repo:[^'*]+)$/;

const BECOME = "roles/iam.workloadIdentityUser";

/** What people take who deploy without the pipeline. */
const AS_PEOPLE = "roles/iam.serviceAccountTokenCreator";

/** Somebody with an account of their own. */
const PERSON = /^(user|group):[^\s*]+@[^\s*]+$/;

const ID_TOKENS_ONLY = "roles/iam.serviceAccountOpenIdTokenCreator";

/** Federation has two locks: the provider admits exact roles, and each service account names the one that becomes it. */
export class FederationLocks extends PolicyRule {
  readonly id = "federation-locks";

  /** @param admits who may come in at all: an environment lets in AWS roles, its bootstrap jobs of GitHub */
  constructor(
    allowances: Allowances,
    private readonly admits: "roles" | "jobs",
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    const providers = stack.ofType("google_iam_workload_identity_pool_provider");
    const admitted = providers.map(({ attributes }) => String(attributes.attribute_condition)).join();
    return [
      ...providers
        .filter(({ attributes }) => !this.isExact(attributes))
        .map(({ address }) => ({
          address,
          message: `admits more than exact ${this.admits}: set attribute_condition to their list`,
        })),
      ...stack
        .ofType("google_service_account_iam_binding")
        .flatMap((binding) =>
          this.admits === "jobs" ? jobFindings(binding, admitted) : roleFindings(binding, admitted),
        ),
      ...stack.ofType("google_service_account_iam_member", "google_service_account_key").map(({ address }) => ({
        address,
        message: "opens a service account beside its one binding: remove it",
      })),
    ];
  }

  private isExact({ oidc, attribute_condition }: DeclaredResource["attributes"]): boolean {
    const condition = String(attribute_condition);
    if (this.admits === "roles") return oidc === undefined && EXACT_ROLES.test(condition);
    const { issuer_uri } = (oidc ?? {}) as { readonly issuer_uri?: unknown };
    return issuer_uri === GITHUB && EXACT_SUBJECTS.test(condition);
  }
}

/** A workflow's account hands out access tokens, so each of its subjects must be one that the provider admits. */
function jobFindings({ address, attributes }: DeclaredResource, admitted: string): Finding[] {
  const members = texts(attributes.members);
  if (attributes.role === AS_PEOPLE && members.length > 0 && members.every((member) => PERSON.test(member))) return [];
  const strangers = members.filter((member) => {
    const subject = ONE_SUBJECT.exec(member)?.[1];
    return subject === undefined || !admitted.includes(`'${subject}'`);
  });
  const found: Finding[] = [];
  if (members.length === 0 || strangers.length > 0) {
    const who = strangers.join(", ") || "nobody";
    found.push({ address, message: `may be used by ${who}: expected exact subjects that the provider admits` });
  }
  if (attributes.role !== BECOME) found.push({ address, message: `gives ${attributes.role}: expected ${BECOME}` });
  return found;
}

function roleFindings({ address, attributes }: DeclaredResource, admitted: string): Finding[] {
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
