import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { type App, Aspects, dependable, TerraformOutput, TerraformResource, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { BootstrapIntent } from "../intent/model/bootstrap-intent";
import type { Intent } from "../intent/model/intent";
import type { StackJson } from "../packages/terraform-access-review/terraform-json/stack-json";
import { AddressedStack } from "./addressed-stack";
import { PrivateBucket } from "./aws/private-bucket";
import { PipelineRoles } from "./bootstrap/aws/pipeline-roles";
import { PipelineAccounts } from "./bootstrap/google/pipeline-accounts";
import { EnvironmentStack, setBoundary } from "./environment-stack";
import { enabledApi } from "./google/project";
import { PolicyAspect } from "./policy/enforce";
import { enforceBootstrapPolicies } from "./policy/policies";
import type { PolicyRule } from "./policy/rule";
import { comesFrom, noteCreation } from "./shared/comes-from";
import { literal } from "./shared/literal";
import { declareBackend, declareProviders } from "./terraform-settings";

/** What a project adds to its front door: the default export of its `main.ts`. */
export interface FrontDoor {
  /** Adds resources to the stack of one environment, after those declared by config. Policy rules also check them. */
  readonly extend?: (stack: EnvironmentStack) => void;
  /**
   * The project's own policy rules. Like all others, they stop a synthesis, and `adopt` runs those of the base branch.
   */
  readonly rules?: readonly PolicyRule[];
  /** Additional rows of `access.md` and of each review, for project resources that the ledger cannot read. */
  readonly access?: readonly OwnAccess[];
}

/** Reads what the project's own resources grant. It only adds rows: a row NOT READ stays. */
export interface OwnAccess {
  readonly rows: (stack: StackJson) => readonly OwnRow[];
}

/** One line of `access.md`. No text may be empty. */
export interface OwnRow {
  /** The principal: `service orders`. */
  readonly principal: string;
  /** The permission: `read items`. */
  readonly permission: string;
  /** The resource: `table shop-dev-orders`. */
  readonly resource: string;
  /** The condition of the grant. Default: none. */
  readonly condition?: string;
  /** `deny` for a protection, which `access.md` marks with DENY. Losing it counts as broader access. Default: `allow`. */
  readonly effect?: "allow" | "deny";
}

/** Types the default export of `main.ts`. */
export function frontDoor(own: FrontDoor = {}): FrontDoor {
  return own;
}

/** One stack per environment, named after it. */
export function declareStacks(
  app: App,
  intents: readonly Intent[],
  buildFolder: string,
  own: FrontDoor = {},
): readonly EnvironmentStack[] {
  return intents.map((intent) => declareEnvironment(app, intent, buildFolder, own));
}

/** `extend` did something that would have no effect, or threw `cause`. */
export class ExtensionError extends Error {}

/**
 * Declares the stack of one environment, with the project's additions.
 *
 * @throws ExtensionError if `extend` fails, or does something that would silently have no effect
 */
export function declareEnvironment(
  app: App,
  intent: Intent,
  buildFolder: string,
  { extend, rules = [] }: FrontDoor,
): EnvironmentStack {
  const stack = new EnvironmentStack(app, intent.environment, { intent, buildFolder });
  if (extend !== undefined) {
    const declared = new Set(stack.node.findAll());
    extended(stack, extend);
    if (intent.google.ownsProject) enableOwnApis(stack, declared);
    setBoundary(stack, intent.aws);
  }
  PolicyAspect.of(stack).add(rules);
  return stack;
}

function extended(stack: EnvironmentStack, extend: (stack: EnvironmentStack) => unknown): void {
  const refuse = (what: string) => new ExtensionError(`main.ts, extend (${stack.environment}): ${what}`);
  let result: unknown;
  try {
    result = noteCreation(() => extend(stack));
  } catch (error) {
    throw new ExtensionError(`extend (${stack.environment})`, { cause: error });
  }
  if (result instanceof Promise) throw refuse("got a promise, expected all resources at its return");
  if (stack.isResolved) throw refuse("got a call of toTerraform(): what is declared after it would be missing");
  const aspects = [stack.node.root, ...stack.node.findAll()].flatMap((node) => Aspects.of(node).all);
  if (aspects.some((aspect) => !(aspect instanceof PolicyAspect))) {
    throw refuse("got an aspect, which would change nothing: set it on each resource of stack.node.findAll()");
  }
}

/** Declares the bootstrap stack of each environment that the pipeline deploys: `bootstrap-dev`. */
export function declareBootstraps(app: App, bootstraps: readonly BootstrapIntent[]): void {
  for (const bootstrap of bootstraps) new BootstrapStack(app, bootstrap);
}

/**
 * The resources that one environment needs before a pipeline can plan or deploy it: a bucket for its state, and the
 * pipeline's identities.
 */
export class BootstrapStack extends AddressedStack {
  constructor(scope: Construct, props: BootstrapIntent) {
    super(scope, props.stack);
    // The state's lock file needs Terraform 1.10, and the environment's own stack requires 1.11.
    this.addOverride("terraform.required_version", ">= 1.11.0");
    const intent = literal(props);
    declareBackend(this, intent.state);
    declareProviders(this, intent);
    declareStateBucket(this, intent.bucket);
    const roles = new PipelineRoles(this, "PipelineRoles", intent);
    const accounts = new PipelineAccounts(this, "PipelineAccounts", intent);
    enforceBootstrapPolicies(this, intent);
    const outputs = new Construct(this, "Outputs");
    new TerraformOutput(outputs, "plan", {
      value: { aws_role: roles.planArn, google_account: accounts.planEmail },
      description: "Identities of plan jobs",
    });
    new TerraformOutput(outputs, "deploy", {
      value: { aws_role: roles.deployArn, google_account: accounts.deployEmail },
      description: "Identities of deploy jobs",
    });
  }
}

/** How long an overwritten state can be restored, in days. The newest versions are kept longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/**
 * The bucket of Terraform's state, which includes secrets. A lost state can be restored, and no plan deletes it. As
 * with clients' secrets, a denial keeps out principals that may read everything in the account.
 */
function declareStateBucket(scope: Construct, { name, region, key, readers }: BootstrapIntent["bucket"]): void {
  new PrivateBucket(scope, "StateBucket", {
    address: "state",
    bucket: { bucket: name, region, lifecycle: { preventDestroy: true } },
    kept: { noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS },
    denied: (arn) => ({
      Sid: "StateForItsReaders",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${arn}/${key}`,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
    }),
  });
}

/** The API behind each type, by the start of the type: `pubsub` is `pubsub.googleapis.com`. */
const API_OF: Readonly<Record<string, string>> = {
  google_artifact_registry_: "artifactregistry",
  google_bigquery_: "bigquery",
  google_bigtable_: "bigtableadmin",
  google_cloud_run_: "run",
  google_cloud_scheduler_: "cloudscheduler",
  google_cloud_tasks_: "cloudtasks",
  google_cloudbuild_: "cloudbuild",
  google_cloudfunctions_: "cloudfunctions",
  google_cloudfunctions2_: "cloudfunctions",
  google_compute_: "compute",
  google_dns_: "dns",
  google_eventarc_: "eventarc",
  google_firestore_: "firestore",
  google_iam_: "iam",
  google_kms_: "cloudkms",
  google_logging_: "logging",
  google_monitoring_: "monitoring",
  google_pubsub_: "pubsub",
  google_redis_: "redis",
  google_secret_manager_: "secretmanager",
  google_service_account: "iam",
  google_spanner_: "spanner",
  google_sql_: "sqladmin",
  google_storage_: "storage",
  google_vpc_access_: "vpcaccess",
  google_workflows_: "workflows",
};

/**
 * Enables the APIs behind a project's own resources, and creates these afterwards: Google refuses the creation while the
 * API is off. A type that is not listed stays as it is.
 *
 * @param declared the resources of the stack before the project's own
 */
function enableOwnApis(stack: TerraformStack, declared: ReadonlySet<unknown>): void {
  const all = stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
  const enabled = new Map(
    all.flatMap((each) => (each instanceof ProjectService && each.serviceInput ? [[each.serviceInput, each]] : [])),
  );
  const scope = comesFrom(new Construct(stack, "OwnApis"), ["google", "ownsProject"]);
  for (const resource of all.filter((each) => !declared.has(each))) {
    const [, name] = Object.entries(API_OF).find(([start]) => resource.terraformResourceType.startsWith(start)) ?? [];
    if (name === undefined) continue;
    const host = `${name}.googleapis.com`;
    const api = enabled.get(host) ?? enabledApi(scope, name);
    enabled.set(host, api);
    resource.dependsOn = [...(resource.dependsOn ?? []), dependable(api)];
  }
}
