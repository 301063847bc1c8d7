import { CREDENTIALS, credentialsIn, withoutCredentials } from "../contract/credentials";
import { buildIntent } from "./build";
import { draftOf } from "./derived/draft";
import type { BootstrapIntent, PipelineIdentity } from "./model/bootstrap-intent";
import { type ImageRepository, imageRepositories, repositoryName } from "./model/image-repository";
import type { Allowance, Import, Intent, StateIntent } from "./model/intent";
import { boundaryArn, pipelineIdentity, poolId, roleArn } from "./model/names";
import { compareProblems, type Problem } from "./model/problem";
import { type SubjectContext, subjectsOf } from "./model/subjects";
import { expectationProblems, expectationsOf } from "./rules/expectations";
import { judge } from "./rules/judge";
import { isWarningRule, warningsOn } from "./rules/warnings";
import type { AllowancesConfig } from "./schema/allowances";
import type { BootstrapConfig, BootstrapFile } from "./schema/bootstrap";
import type { ByEnvironment } from "./schema/by-environment";
import type { ImportsConfig } from "./schema/imports";
import { type LeftOutOfEnvironment, readConfig } from "./schema/read-config";
import { placeAt, placed } from "./schema/reference";
import { BOOTSTRAP_PREFIX } from "./source/environments";
import { formatPath } from "./source/located";
import { listFiles, readText } from "./source/read";
import { deepFreeze } from "./source/values";
import { textsOf } from "./source/yaml";

export type LoadResult = {
  /** What OpenAPI documents have and no route can carry over. */
  readonly leftOut: readonly LeftOutOfEnvironment[];
} & (
  | {
      readonly ok: true;
      readonly intents: readonly Intent[];
      readonly bootstraps: readonly BootstrapIntent[];
      /** By environment: probable mistakes. They stop nothing. */
      readonly warnings: ReadonlyMap<string, readonly string[]>;
    }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Whether these are syntax and schema errors, so that no rule has run yet. */
      readonly rulesWait: boolean;
    }
);

/**
 * Reads every environment of a folder and its bootstrap, and checks them together: a broken `prod.yaml` stops `dev`
 * too. The intents are sorted by environment. Problems come in two phases: first all syntax and schema errors; if there
 * are none, all rule violations.
 *
 * @param statedIn folder whose expectations count, in place of those of `configDir`
 */
export function loadIntents(configDir: string, statedIn?: string): LoadResult {
  const result = load(configDir, statedIn);
  if (result.ok) return result;
  // Problems quote values.
  const problems = result.problems.map(({ message, path, remedy, ...problem }) => {
    const [said, at, todo] = [message, path, remedy].map(withoutCredentials) as [string, string, string];
    return { ...problem, message: said, path: at, remedy: todo };
  });
  return { ...result, problems };
}

function load(configDir: string, statedIn?: string): LoadResult {
  const read = readConfig(configDir, statedIn);
  const { problems, environments, leftOut, bootstrap, allowances, expectations, imports } = read;
  if (problems.length > 0)
    return { ok: false, leftOut, problems: [...problems].sort(compareProblems), rulesWait: true };
  const bootstrapped = new Map(Object.entries(bootstrap?.config.environments ?? {}));
  const drafts = environments.map((each) => draftOf(each, bootstrapped.get(each.name)));
  const judged = drafts.map((draft) => {
    const { findings, expectedChanges } = allowedIn(draft.environment, allowances);
    return { draft, findings, expectedChanges, warnings: warningsOn(draft, findings) };
  });
  const others = [
    ...judge(drafts, bootstrap),
    ...expectationProblems(expectations, drafts),
    ...judged.flatMap(({ warnings }) => warnings.unused),
  ];
  const credentials = credentialProblems(
    configDir,
    judged.flatMap(({ findings }) => findings),
  ).filter(({ file, line }) => !others.some((other) => other.file === file && other.line === line));
  const byRules = [...others, ...credentials];
  if (byRules.length > 0) return { ok: false, leftOut, problems: byRules.sort(compareProblems), rulesWait: false };
  const intents = judged.map(({ draft, findings, expectedChanges }) =>
    buildIntent(draft, {
      allowances: findings.filter(({ rule }) => rule !== CREDENTIAL_RULE && !isWarningRule(rule)),
      expectedChanges,
      expectations: expectationsOf(draft, expectations),
      imports: importsOf(draft.environment, imports),
    }),
  );
  return {
    ok: true,
    leftOut,
    intents,
    bootstraps: bootstrap === undefined ? [] : bootstrapsOf(bootstrap, intents),
    warnings: new Map(judged.map(({ draft, warnings }) => [draft.environment, warnings.texts])),
  };
}

function importsOf(environment: string, { tree, of }: ByEnvironment<ImportsConfig[string]>): readonly Import[] {
  if (tree === undefined) return [];
  return Object.entries(of(environment) ?? {}).map(([address, id]) => {
    return { address, id, place: placeAt(tree, [environment, address]) };
  });
}

/** What an environment's allowances accept: rule findings, and changes in a review. */
function allowedIn(environment: string, { tree, of }: ByEnvironment<AllowancesConfig[string]>) {
  const allowed = tree ? placed(of(environment) ?? [], tree, [environment]) : [];
  return {
    findings: allowed.filter((entry) => "rule" in entry),
    expectedChanges: allowed.filter((entry) => "change" in entry),
  };
}

/** Rule id with which config allows a credential in one of its files. */
const CREDENTIAL_RULE = "credential";

/**
 * Credentials in the YAML files of a folder, comments included, and allowances that none needs. No message has a part of
 * the credential. An allowance names the file and the kind: `dev.jwt`.
 */
function credentialProblems(configDir: string, allowances: readonly Allowance[]): readonly Problem[] {
  const found = (listFiles(configDir) ?? [])
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => inFile(configDir, file));
  const own = allowances.filter(({ rule }) => rule === CREDENTIAL_RULE);
  const allowed = new Set(own.map(({ address }) => address));
  const needed = new Set(found.map(({ address }) => address));
  return [
    ...found.filter(({ address }) => !allowed.has(address)).map(({ problem }) => problem),
    ...own
      .filter(({ address }) => !needed.has(address))
      .map(({ address, place }) => ({
        ...place,
        message: `got an unused allowance for ${address} and the rule ${CREDENTIAL_RULE}, expected one that a credential needs`,
        remedy: `remove the entry, or write <file>.<kind>; kinds: ${CREDENTIALS.map(({ id }) => id).join(", ")}`,
      })),
  ];
}

function inFile(folder: string, file: string) {
  const read = readText(folder, file);
  if (!("text" in read)) return [];
  const written = credentialsIn(read.text);
  // A backslash may spell a character of a credential. In any other form, a text has the characters of its value.
  const spelled = (read.text.includes("\\") ? textsOf(read.text) : []).flatMap(({ value, start, end }) =>
    credentialsIn(value)
      .filter(({ kind }) => !written.some((each) => each.kind === kind && each.at >= start && each.at < end))
      .map(({ kind }) => ({ kind, at: start })),
  );
  return [...written, ...spelled].map(({ kind, at }) => {
    const before = read.text.slice(0, at).split("\n");
    const address = `${file.replace(/\.ya?ml$/, "").replaceAll("-", "_")}.${kind}`;
    const problem: Problem = {
      file: `config/${file}`,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      path: formatPath([]),
      message: `got a credential (${kind}), expected none: everyone who reads this repository, a plan or the state has it`,
      remedy: `revoke it, and write a secret (services.<id>.secrets, npm run list). If it is none, allow it: rule ${CREDENTIAL_RULE}, address ${address}`,
    };
    return { address, problem };
  });
}

/** The bootstraps of the environments that the pipeline deploys, sorted by environment. */
export function bootstrapsOf({ tree, config }: BootstrapFile, intents: readonly Intent[]): readonly BootstrapIntent[] {
  const allowances = placed(config.allowances ?? [], tree, ["allowances"]);
  const chosen = intents.filter(({ environment }) => environment in config.environments);
  return chosen.map((intent) => {
    const primary = chosen.find(({ environment }) => environment === intent.twinOf);
    const place = placeAt(tree, ["environments", intent.environment]);
    return deepFreeze({ place, ...bootstrapOf(config, intent, primary, allowances) });
  });
}

function bootstrapOf(
  config: BootstrapConfig,
  intent: Intent,
  primary: Intent | undefined,
  allowances: BootstrapIntent["allowances"],
): Omit<BootstrapIntent, "place"> {
  const { environment, prefix, google, state } = intent;
  const { domain, mutualTls } = intent.gateway;
  const own = config.environments[environment];
  if (own === undefined || state.kind !== "s3") throw new Error(`${environment}: a rule let this bootstrap through`);
  const { name, ownerId, id, subjects } = config.repository;
  const repository = { name, ownerId, id };
  const identity = (account: string, contexts: readonly SubjectContext[]): PipelineIdentity => ({
    name: pipelineIdentity(account, intent),
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
      ...(own.boundary && { boundaryArn: boundaryArn(intent.aws.account, prefix) }),
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
      releases: releasesOf(intent, primary),
      projectNumber: own.googleProjectNumber,
    },
    bucket: {
      name: state.bucket,
      region: state.region,
      key: state.key,
      readers: stateReaders(
        intent,
        Object.values(config.identities).map((name) => pipelineIdentity(name, intent)),
      ),
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
    .map(([type, { read = [], write = [], roles = [], on = [] }]) => ({
      type,
      read: [...read].sort(),
      write: [...write].sort(),
      roles: [...roles].sort(),
      on: [...on].sort(),
    }))
    .sort((one, other) => (one.type < other.type ? -1 : 1));
}

/** @param primary of a twin: its bootstrap has declared the grants on images that are in the same project */
function releasesOf({ google, services }: Intent, primary?: Intent): BootstrapIntent["google"]["releases"] {
  const declared = primary === undefined || primary.google.project !== google.project ? [] : releasesOf(primary);
  const members = [...new Set(services.flatMap(({ release }) => release?.principals ?? []))].sort();
  return members.map((member) => {
    const own = services.filter(({ release }) => release?.principals.includes(member) === true);
    const images = imageRepositories({ services: own.map((each) => ({ ...each, verifiesCallerToken: false })) });
    const known = declared.flatMap((each) => (each.member === member ? each.images.map(repositoryName) : []));
    const isOwn = (image: ImageRepository) =>
      image.project === google.project && !known.includes(repositoryName(image));
    return { member, images: images.filter(isOwn) };
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
