import { createHash } from "node:crypto";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { RELEASE_PERMISSIONS } from "../../../contract/release";
import type { BootstrapIntent, PipelineIdentity } from "../../../intent/model/bootstrap-intent";
import type { ImageRepository } from "../../../intent/model/image-repository";
import { envoySecretId, pipelineRoleId } from "../../../intent/model/names";
import { enabledApi } from "../../google/project";
import { configurationPermissions, googlePermissions, PROJECT_POLICY } from "./permissions";

/** APIs that the identities themselves need. The environment's stack enables the others. */
const APIS = ["cloudresourcemanager", "iam", "iamcredentials", "serviceusage", "sts"];

/**
 * Under this condition, a change of the project's policy must not touch any grant, so only audit logs can change. The
 * list names a nonexistent role, because an empty list has no known type.
 */
const NO_GRANT = {
  title: "changes no grant",
  description: "The audit logs of the project, and no grant in it",
  expression: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/frontDoor.none'])",
};

/**
 * Matches the secrets with this environment's Envoy configurations, and their versions. Only a service's runtime
 * account reads the values of the service's own secrets.
 */
function configurationsOf({ prefix, google }: BootstrapIntent): Condition {
  const name = `projects/${google.projectNumber}/secrets/${prefix}-`;
  const [ending, version] = [envoySecretId(""), "resource.name.extract('/secrets/{id}/versions/')"];
  return {
    title: "Envoy's configuration",
    description: "No other secret of the project",
    expression:
      `resource.name.startsWith('${name}') && ` +
      `(resource.name.endsWith('${ending}') || ${version}.endsWith('${ending}'))`,
  };
}

type Condition = typeof NO_GRANT;

/** Adds what config grants for resource types of `main.ts`. */
function withOwn(
  permissions: readonly string[],
  { permissions: own }: BootstrapIntent,
  kinds: readonly ("read" | "write")[],
): readonly string[] {
  const added = own.filter(({ on }) => on.length === 0).flatMap((each) => kinds.flatMap((kind) => each[kind]));
  return [...new Set([...permissions, ...added])].sort();
}

/** The two Google service accounts that the repository's workflows impersonate, each for exact subjects. */
export class PipelineAccounts extends Construct {
  readonly planEmail: string;
  readonly deployEmail: string;
  private readonly poolName: string;
  private readonly apis: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly intent: BootstrapIntent,
  ) {
    super(scope, id);
    this.apis = APIS.map((name) => enabledApi(this, name));
    this.poolName = this.federation();
    const { plan, deploy, google } = intent;
    const reads = googlePermissions(["read", "list"], google.ownsProject);
    const planner = this.account("plan", plan, withOwn(reads, intent, ["read"]));
    this.planEmail = planner.email;
    const permissions = googlePermissions(["read", "write"], google.ownsProject);
    const deployer = this.account(
      "deploy",
      deploy,
      withOwn(
        permissions.filter((each) => each !== PROJECT_POLICY),
        intent,
        ["read", "write"],
      ),
    );
    this.deployEmail = deployer.email;
    if (intent.operators.google.length > 0) {
      new ServiceAccountIamBinding(this.below("People", "deploy"), "people", {
        serviceAccountId: deployer.name,
        role: "roles/iam.serviceAccountTokenCreator",
        members: [...intent.operators.google],
      });
    }
    this.readImages("images", `serviceAccount:${deployer.email}`, google.images.own);
    this.releases();
    if (permissions.includes(PROJECT_POLICY)) this.grant("audit", deployer, [PROJECT_POLICY], NO_GRANT);
    if (google.mountsConfigurations) {
      const condition = configurationsOf(intent);
      this.grant("plan-envoy", planner, configurationPermissions(["read"]), condition);
      this.grant("deploy-envoy", deployer, configurationPermissions(["read", "write"]), condition);
    }
  }

  private federation(): string {
    const { google, plan, deploy, repository } = this.intent;
    const pool = new IamWorkloadIdentityPool(this, "github", {
      workloadIdentityPoolId: google.poolId,
      displayName: google.poolId,
      description: `Workflows of ${repository.name} that plan and deploy`,
      disabled: false,
      dependsOn: [...this.apis],
    });
    const subjects = [...plan.subjects, ...deploy.subjects].sort();
    const provider = new IamWorkloadIdentityPoolProvider(this, "github-actions", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: google.providerId,
      displayName: google.providerId,
      description: "Exactly the jobs that plan and deploy",
      disabled: false,
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      attributeMapping: { "google.subject": "assertion.sub" },
      // The ids work with either subject format. They are never reassigned, even if the owner's name becomes free.
      attributeCondition:
        `assertion.repository_owner_id == '${repository.ownerId}' && assertion.repository_id == '${repository.id}'` +
        ` && google.subject in [${subjects.map((subject) => `'${subject}'`).join(", ")}]`,
    });
    provider.node.addDependency(pool);
    return pool.name;
  }

  private account(id: string, identity: PipelineIdentity, permissions: readonly string[]): ServiceAccount {
    const { environment, repository } = this.intent;
    const account = new ServiceAccount(this, id, {
      accountId: identity.name,
      displayName: identity.name,
      description: `Workflows of ${repository.name} that ${id} ${environment}`,
      disabled: false,
      dependsOn: [...this.apis],
    });
    new ServiceAccountIamBinding(this.below("Federated", id), id, {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      members: identity.subjects.map((subject) => `principal://iam.googleapis.com/${this.poolName}/subject/${subject}`),
    });
    this.grant(id, account, permissions);
    return account;
  }

  /**
   * Lets the account read the images of its own project, which may not belong to this stack. Since 15 January 2025 Cloud
   * Run refuses to create or update a service whose image the caller may not read, also in the same project.
   */
  private readImages(start: string, member: string, images: readonly ImageRepository[]): void {
    for (const { project, location, repository } of images) {
      const id = `${location}-${repository.replaceAll(".", "-")}`;
      new ArtifactRegistryRepositoryIamMember(this.below("Images", `${start}-${id}`), `${start}-${id}`, {
        project,
        location,
        repository,
        role: "roles/artifactregistry.reader",
        member,
      });
    }
  }

  /**
   * The role of services' own pipelines. The environment's stack grants it on each of their services. Cloud Run also asks
   * them for the right to read the image.
   */
  private releases(): void {
    const { environment, google } = this.intent;
    if (google.releases.length === 0) return;
    this.role("release", RELEASE_PERMISSIONS, `Releases an image of one service of ${environment}, and nothing else`);
    for (const { member, images } of google.releases) {
      this.readImages(`released-${createHash("sha256").update(member).digest("hex").slice(0, 8)}`, member, images);
    }
  }

  private role(id: string, permissions: readonly string[], description: string): ProjectIamCustomRole {
    const { google, prefix } = this.intent;
    return new ProjectIamCustomRole(this.below("Role", id), id, {
      project: google.project,
      roleId: pipelineRoleId(prefix, id, google.generation),
      title: `${prefix} ${id}`,
      description,
      permissions: [...permissions],
      dependsOn: [...this.apis],
    });
  }

  /** Creates a role with exactly these permissions and grants it to one account. */
  private grant(id: string, account: ServiceAccount, permissions: readonly string[], condition?: Condition): void {
    const { google, environment } = this.intent;
    const role = this.role(id, permissions, `What the pipeline of ${environment} takes, and nothing else`);
    new ProjectIamMember(this.below("Grant", id), id, {
      project: google.project,
      role: role.name,
      member: `serviceAccount:${account.email}`,
      ...(condition && { condition }),
    });
  }

  /** A construct that does not appear in addresses. */
  private below(structure: string, id: string): Construct {
    return new Construct(this, `${structure}-${id}`);
  }
}
