import type { BootstrapIntent, PipelineIdentity } from "./bootstrap-intent";
import { bootstrapRules } from "./bootstrap-rules";
import type { Draft } from "./draft";
import { BOOTSTRAP_PREFIX } from "./environments";
import { besides, type Finding, findingAt } from "./finding";
import { deepFreeze } from "./freeze";
import type { Intent, StateIntent } from "./intent";
import { plain } from "./located";
import { roleArn } from "./names";
import { parseFile } from "./parse-file";
import { placed } from "./placed";
import { listFiles } from "./read";
import { type BootstrapConfig, bootstrapSchema } from "./schema/bootstrap";
import { findingsOf } from "./schema-findings";
import { readParts } from "./sound";
import { type SubjectContext, subjectsOf } from "./subjects";

/** How every problem names the file. Without one there is no pipeline, and nothing to bootstrap. */
const BOOTSTRAP_FILE = "config/bootstrap.yaml";

export interface Bootstraps {
  /** Everything that is wrong with the file. */
  readonly findings: readonly Finding[];
  /** Of those of these environments that the pipeline deploys, sorted by environment; none where anything is wrong. */
  readonly of: (intents: readonly Intent[]) => readonly BootstrapIntent[];
}

/** Reads what the pipeline needs of each environment, and checks it against these as far as they can be read. */
export function readBootstraps(configDir: string, drafts: readonly Draft[]): Bootstraps {
  if (!listFiles(configDir)?.includes(BOOTSTRAP_FILE.replace(/^config\//, ""))) return { findings: [], of: () => [] };
  const { tree, findings: inFile } = parseFile(configDir, BOOTSTRAP_FILE);
  if (tree === undefined) return { findings: inFile, of: () => [] };
  const { value = {}, whole, ...reading } = readParts(bootstrapSchema, plain(tree));
  const told = [...inFile, ...besides(findingsOf(tree, reading), inFile)];
  const byRules: Finding[] = [];
  for (const rule of bootstrapRules) {
    rule(value, drafts, (path, verdict) => byRules.push(findingAt(tree, path, verdict)));
  }
  return {
    findings: [...told, ...besides(byRules, told)],
    of: (intents) => {
      if (whole === undefined) return [];
      const allowances = placed(whole.allowances ?? [], tree, ["allowances"]);
      const chosen = intents.filter(({ environment }) => environment in whole.environments);
      return chosen.map((intent) => deepFreeze(bootstrapOf(whole, intent, allowances)));
    },
  };
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
  const pool = `${prefix}-github`;
  return {
    environment,
    stack: `${BOOTSTRAP_PREFIX}${environment}`,
    prefix,
    aws: {
      account: intent.aws.account,
      region: intent.aws.region,
      ...(domain && { domain: { name: domain.name, ...(domain.zoneId !== undefined && { zoneId: domain.zoneId }) } }),
      ...(mutualTls && { truststore: mutualTls.bucket }),
      rotatesSecrets: intent.clients.some((each) => "rotateEveryDays" in each && each.rotateEveryDays !== undefined),
      ownsIdentityProvider: own.ownsIdentityProvider,
    },
    google: {
      ...google,
      providerId: "github-actions",
      poolId: own.generation === 1 ? pool : `${pool}-${own.generation}`,
      mountsConfigurations: intent.services.some(({ verifiesCallerToken }) => verifiesCallerToken),
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
    tags: intent.tags,
    allowances,
  };
}

/** Whoever runs Terraform: the secrets of clients, which a state holds, deny everybody else as well. */
function stateReaders({ aws }: Intent, identities: readonly string[]): readonly string[] {
  return [...new Set([...aws.deployers, ...identities.map((name) => roleArn(aws.account, name))])].sort();
}

/** Beside the environment's own state: the bucket is not there before the first apply. */
function ownState(kind: "file" | "bucket", environment: string, state: StateIntent & { kind: "s3" }): StateIntent {
  if (kind === "file") return { kind: "local", path: `state/${BOOTSTRAP_PREFIX}${environment}.tfstate` };
  return { ...state, key: `bootstrap/${environment}.tfstate` };
}
