import { AWS_MAPPING } from "../../contract/federation";
import type { BootstrapIntent, PipelineIdentity } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { assumedRoleArn, attributeCondition } from "../../intent/model/names";

/** The exact trust of one pool, in two parts: its provider, and the grants on service accounts. */
export interface ExpectedTrust {
  /** What the provider admits, for messages. */
  readonly admits: "roles" | "jobs";
  /** Every provider argument that determines which tokens and claims it accepts. */
  readonly provider: Readonly<Record<string, unknown>>;
  readonly grants: readonly ExpectedGrant[];
}

/** Who may impersonate one service account. */
export interface ExpectedGrant {
  /** Id of the account, the shared name in both clouds. */
  readonly account: string;
  readonly role: string;
  /** @param pool Terraform reference to the pool's full name */
  readonly members: (pool: string) => readonly string[];
}

/** Role that can mint only ID tokens. */
const ID_TOKENS_ONLY = "roles/iam.serviceAccountOpenIdTokenCreator";

/** Role that deploys code which runs as the account. */
const DEPLOY_AS = "roles/iam.serviceAccountUser";

/** Trust of an environment: its services' AWS roles, each for the service account of the same name. */
export function serviceTrust({ aws, services }: Pick<Intent, "aws" | "services">): ExpectedTrust {
  const roleOf = (name: string) => assumedRoleArn(aws.account, name);
  return {
    admits: "roles",
    provider: {
      aws: { account_id: aws.account },
      attribute_mapping: AWS_MAPPING,
      attribute_condition: attributeCondition(services.map(({ name }) => roleOf(name))),
    },
    grants: services.flatMap(({ name, runtimeName, release }): readonly ExpectedGrant[] => {
      const { principals = [] } = release ?? {};
      const invoker = {
        account: name,
        role: ID_TOKENS_ONLY,
        members: (pool: string) => [`principalSet://iam.googleapis.com/${pool}/attribute.aws_role/${roleOf(name)}`],
      };
      const releaser = { account: runtimeName, role: DEPLOY_AS, members: () => principals };
      return [invoker, ...(principals.length === 0 ? [] : [releaser])];
    }),
  };
}

const GITHUB = "https://token.actions.githubusercontent.com";

/** Role with which a workflow gets access tokens of its account. */
const BECOME = "roles/iam.workloadIdentityUser";

/** The role of people who deploy without the pipeline. */
const AS_PEOPLE = "roles/iam.serviceAccountTokenCreator";

type Pipeline = Pick<BootstrapIntent, "repository" | "plan" | "deploy" | "operators">;

/**
 * Trust of a bootstrap: jobs of one repository, each for its own account. The repository is identified by ids that no
 * other can get.
 */
export function jobTrust({ repository, plan, deploy, operators }: Pipeline): ExpectedTrust {
  const subjects = [...plan.subjects, ...deploy.subjects].sort().map((subject) => `'${subject}'`);
  return {
    admits: "jobs",
    provider: {
      // Custom keys, or audiences other than the provider itself, would admit tokens that are not meant for it.
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
