import type { BootstrapIntent, PipelineIdentity } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { assumedRoleArn, attributeCondition } from "../../intent/model/names";

/** Both parts of one pool's trust, to the letter: its provider, and the grants on service accounts. */
export interface ExpectedTrust {
  /** Whom the provider admits, for messages. */
  readonly admits: "roles" | "jobs";
  /** Every argument of the provider that decides which tokens it accepts, and which claims of them. */
  readonly provider: Readonly<Record<string, unknown>>;
  readonly grants: readonly ExpectedGrant[];
}

/** Who becomes one service account. */
export interface ExpectedGrant {
  /** Id of the account, which is its name in both clouds. */
  readonly account: string;
  readonly role: string;
  /** @param pool Terraform's reference to the pool's full name */
  readonly members: (pool: string) => readonly string[];
}

/**
 * Google's own default for AWS, and what both parts compare: the assumed role without its session
 * (Workload Identity Federation, "Mappings and conditions"). A constant here would admit every role of the account.
 */
const OF_ROLES = {
  "google.subject": "assertion.arn",
  "attribute.aws_role":
    "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + " +
    "'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
} as const;

/** Mints ID tokens and nothing else. */
const ID_TOKENS_ONLY = "roles/iam.serviceAccountOpenIdTokenCreator";

/** An environment lets in the account's roles of its services, each to the service account of the same name. */
export function serviceTrust({ aws, services }: Pick<Intent, "aws" | "services">): ExpectedTrust {
  const roleOf = (name: string) => assumedRoleArn(aws.account, name);
  return {
    admits: "roles",
    provider: {
      aws: { account_id: aws.account },
      attribute_mapping: OF_ROLES,
      attribute_condition: attributeCondition(services.map(({ name }) => roleOf(name))),
    },
    grants: services.map(({ name }) => ({
      account: name,
      role: ID_TOKENS_ONLY,
      members: (pool) => [`principalSet://iam.googleapis.com/${pool}/attribute.aws_role/${roleOf(name)}`],
    })),
  };
}

const GITHUB = "https://token.actions.githubusercontent.com";

/** A workflow's account hands out access tokens. */
const BECOME = "roles/iam.workloadIdentityUser";

/** The role of people who deploy without the pipeline. */
const AS_PEOPLE = "roles/iam.serviceAccountTokenCreator";

type Pipeline = Pick<BootstrapIntent, "repository" | "plan" | "deploy" | "operators">;

/** Its bootstrap lets in jobs of one repository, by the numbers that no name can imitate, each to the account it is for. */
export function jobTrust({ repository, plan, deploy, operators }: Pipeline): ExpectedTrust {
  const subjects = [...plan.subjects, ...deploy.subjects].sort().map((subject) => `'${subject}'`);
  return {
    admits: "jobs",
    provider: {
      // Its own keys, or audiences other than the provider itself, would let in tokens that are not for it.
      oidc: { issuer_uri: GITHUB },
      attribute_mapping: { "google.subject": "assertion.sub" },
      attribute_condition:
        `assertion.repository_owner_id == '${repository.ownerId}' && assertion.repository_id == '${repository.id}'` +
        ` && google.subject in [${subjects.join(", ")}]`,
    },
    grants: [
      ...[plan, deploy].map(jobsOf),
      ...(operators.google.length === 0
        ? []
        : [{ account: deploy.name, role: AS_PEOPLE, members: () => operators.google }]),
    ],
  };
}

function jobsOf({ name, subjects }: PipelineIdentity): ExpectedGrant {
  const members = (pool: string) => subjects.map((each) => `principal://iam.googleapis.com/${pool}/subject/${each}`);
  return { account: name, role: BECOME, members };
}
