import type { BootstrapIntent, PipelineIdentity } from "./model/bootstrap-intent";
import { imageRepositories } from "./model/image-repository";
import type { Intent, StateIntent } from "./model/intent";
import { poolId, roleArn } from "./model/names";
import { type SubjectContext, subjectsOf } from "./model/subjects";
import type { BootstrapConfig, BootstrapFile } from "./schema/bootstrap";
import { placed } from "./schema/reference";
import { BOOTSTRAP_PREFIX } from "./source/environments";
import { deepFreeze } from "./source/values";

/** The bootstraps of the environments that the pipeline deploys, sorted by environment. */
export function bootstrapsOf({ tree, config }: BootstrapFile, intents: readonly Intent[]): readonly BootstrapIntent[] {
  const allowances = placed(config.allowances ?? [], tree, ["allowances"]);
  const chosen = intents.filter(({ environment }) => environment in config.environments);
  return chosen.map((intent) => deepFreeze(bootstrapOf(config, intent, allowances)));
}

function bootstrapOf(
  config: BootstrapConfig,
  intent: Intent,
  allowances: BootstrapIntent["allowances"],
): BootstrapIntent {
  const { environment, prefix, google, state } = intent;
  const { domain, mutualTls } = intent.gateway;
  const own = config.environments[environment];
  if (own === undefined || state.kind !== "s3") throw new Error(`${environment}: a rule let this bootstrap through`);
  const { name, ownerId, id, subjects } = config.repository;
  const repository = { name, ownerId, id };
  const identity = (account: string, contexts: readonly SubjectContext[]): PipelineIdentity => ({
    name: account,
    subjects: subjectsOf(repository, subjects, contexts),
  });
  const repositories = imageRepositories(intent);
  return {
    environment,
    stack: `${BOOTSTRAP_PREFIX}${environment}`,
    position: Object.keys(config.environments).indexOf(environment),
    pullRequests: own.pullRequests,
    prefix,
    aws: {
      account: intent.aws.account,
      region: intent.aws.region,
      ...(domain && { domain: { name: domain.name, ...(domain.zoneId !== undefined && { zoneId: domain.zoneId }) } }),
      ...(mutualTls && { truststore: mutualTls.bucket }),
      rotatesSecrets: intent.clients.some((each) => "rotateEveryDays" in each && each.rotateEveryDays !== undefined),
      keepsInstances: intent.gateway.authorizer.provisionedConcurrency !== undefined,
      watch: {
        alarms: intent.alarms !== undefined,
        slos: intent.services.some(({ slo }) => slo !== undefined),
        dashboard: intent.dashboards,
      },
      ownsIdentityProvider: own.ownsIdentityProvider,
    },
    google: {
      ...google,
      providerId: "github-actions",
      poolId: poolId(`${prefix}-github`, own.generation),
      generation: own.generation,
      mountsConfigurations: intent.services.some(({ verifiesCallerToken }) => verifiesCallerToken),
      images: {
        own: repositories.filter(({ project }) => project === google.project),
        foreign: repositories.filter(({ project }) => project !== google.project),
      },
      releases: releasesOf(intent),
      projectNumber: own.googleProjectNumber,
    },
    bucket: {
      name: state.bucket,
      region: state.region,
      key: state.key,
      readers: stateReaders(intent, Object.values(config.identities)),
    },
    state: ownState(own.state, environment, state),
    repository,
    plan: identity(config.identities.plan, [
      `environment:${environment}-plan`,
      ...(own.pullRequests ? (["pull_request"] as const) : []),
    ]),
    deploy: identity(config.identities.deploy, [`environment:${environment}`]),
    operators: {
      aws: [...(own.operators.aws ?? [])].sort(),
      google: [...(own.operators.google ?? [])].sort(),
    },
    permissions: permissionsOf(own),
    tags: intent.tags,
    allowances,
  };
}

function permissionsOf({ permissions = {} }: BootstrapConfig["environments"][string]): BootstrapIntent["permissions"] {
  return Object.entries(permissions)
    .map(([type, { read = [], write = [], on = [] }]) => ({
      type,
      read: [...read].sort(),
      write: [...write].sort(),
      on: [...on].sort(),
    }))
    .sort((one, other) => (one.type < other.type ? -1 : 1));
}

function releasesOf({ google, services }: Intent): BootstrapIntent["google"]["releases"] {
  const members = [...new Set(services.flatMap(({ release }) => release?.principals ?? []))].sort();
  return members.map((member) => {
    const own = services.filter(({ release }) => release?.principals.includes(member) === true);
    const images = imageRepositories({ services: own.map((each) => ({ ...each, verifiesCallerToken: false })) });
    return { member, images: images.filter(({ project }) => project === google.project) };
  });
}

/** The identities that run Terraform. The client secrets in a state deny every other principal as well. */
function stateReaders({ aws }: Intent, identities: readonly string[]): readonly string[] {
  return [...new Set([...aws.deployers, ...identities.map((name) => roleArn(aws.account, name))])].sort();
}

/**
 * Stored next to the environment's own state, or in a local file if the bucket does not exist before the first apply.
 */
function ownState(kind: "file" | "bucket", environment: string, state: StateIntent & { kind: "s3" }): StateIntent {
  if (kind === "file") return { kind: "local", path: `state/${BOOTSTRAP_PREFIX}${environment}.tfstate` };
  return { ...state, key: `bootstrap/${environment}.tfstate` };
}
