import { areTwins, clientsOf, type Draft } from "../derived/draft";
import { GOOGLE_ACCOUNT_ID_MAX, GOOGLE_SUBJECT_BYTES, POOL_ID_MAX, TRUST_POLICY_CHARACTERS } from "../model/limits";
import { pipelineIdentity, poolId, roleArn } from "../model/names";
import { suggestion } from "../model/nearest";
import { subjectsOf } from "../model/subjects";
import type { BootstrapConfig } from "../schema/bootstrap";
import { BOOTSTRAP_PREFIX } from "../source/environments";
import type { Verdict } from "../source/finding";

type BootstrapRule = (
  config: BootstrapConfig,
  drafts: readonly Draft[],
  report: (path: readonly string[], verdict: Verdict) => void,
) => void;

/** The environments that the file names. */
function chosen({ environments }: BootstrapConfig, drafts: readonly Draft[]): readonly Draft[] {
  return drafts.filter(({ environment }) => Object.hasOwn(environments, environment));
}

const environmentsExist: BootstrapRule = ({ environments }, drafts, report) => {
  const known = drafts.map(({ environment }) => environment);
  for (const name of Object.keys(environments).filter((each) => !known.includes(each))) {
    report(["environments", name], {
      got: `the environment ${JSON.stringify(name)}`,
      expected: "an environment of this folder",
      remedy: `correct or remove it; ${suggestion(name, known)}`,
    });
  }
};

/** The stacks of environments and bootstraps share the folder `synthesized/`. */
const noEnvironmentTakesTheName: BootstrapRule = (_config, drafts, report) => {
  for (const { environment } of drafts.filter((each) => each.environment.startsWith(BOOTSTRAP_PREFIX))) {
    report(["environments"], {
      got: `an environment called ${environment}`,
      expected: `a name that does not start with ${BOOTSTRAP_PREFIX} (reserved for the stacks that create identities)`,
      remedy: `rename config/${environment}.yaml`,
    });
  }
};

/** A state contains secrets: a principal that may read one environment's state must not read another's. */
const eachStateHasABucket: BootstrapRule = (config, drafts, report) => {
  const buckets = new Map<string, string>();
  for (const {
    environment,
    state: { path: file, bucket },
  } of chosen(config, drafts)) {
    const path = ["environments", environment];
    if (file !== undefined) {
      report(path, {
        got: `an environment that keeps its state in ${file}`,
        expected: "a state that a pipeline can reach",
        remedy: `write state.bucket and state.region in config/${environment}.yaml, or remove the environment here`,
      });
    }
    if (bucket === undefined) continue;
    const other = buckets.get(bucket);
    if (other !== undefined) {
      report(path, {
        got: `the bucket ${bucket}, which ${other} uses too`,
        expected: "a separate bucket for each environment: a plan identity can read every secret in its state",
        remedy: `name another one in config/${environment}.yaml`,
      });
    }
    buckets.set(bucket, environment);
  }
};

const identitiesDiffer: BootstrapRule = (config, drafts, report) => {
  const { plan, deploy } = config.identities;
  for (const twin of chosen(config, drafts).filter(({ twinOf }) => twinOf !== undefined)) {
    const same = identitiesOf(config, twin).find((name) => name === plan || name === deploy);
    if (same === undefined) continue;
    report(["environments", twin.environment], {
      got: `the identity ${same}, which is one of ${twin.twinOf} as well`,
      expected: "other names than its primary's: both may be in one account",
      remedy: "rename the environment, or the name in identities",
    });
  }
  if (plan !== deploy) return;
  report(["identities", "plan"], {
    got: `${plan} for both`,
    expected: "two names: the identity that plans must not be the one that deploys",
    remedy: "rename one, as in terraform-plan",
  });
};

/** The deployer may change its environment's roles, whose names start with the environment's prefix. */
const identitiesAreOutOfReach: BootstrapRule = (config, drafts, report) => {
  const all = chosen(config, drafts);
  for (const [kind, written] of Object.entries(config.identities)) {
    const names = all.map((draft) => pipelineIdentity(written, draft));
    const [name, within] =
      names.flatMap((each) =>
        all.flatMap(({ prefix }) => (each.startsWith(`${prefix}-`) ? [[each, prefix]] : [])),
      )[0] ?? [];
    if (name === undefined) continue;
    report(["identities", kind], {
      got: name,
      expected: `a name that does not start with ${within}-: the deployer may change every role that does`,
      remedy: "rename it, as in terraform-deploy",
    });
  }
};

/** Identities of an environment's pipeline: what plans, and what deploys. */
function identitiesOf({ identities }: BootstrapConfig, draft: Draft): readonly string[] {
  return Object.values(identities).map((name) => pipelineIdentity(name, draft));
}

/** The permissions of Google's IAM and Resource Manager that change nothing, and act as no account. */
const READS = /\.(get|list|getIamPolicy)$/;

/** The actions of AWS IAM with which an identity inside a boundary cannot give itself permissions. */
const INSIDE_BOUNDARY = /^iam:(Get|List|(PassRole|CreateServiceLinkedRole)$)/;

/** AWS grants actions on resources, Google permissions on a project. */
const permissionsFitTheirCloud: BootstrapRule = (config, drafts, report) => {
  const identities = chosen(config, drafts).flatMap((draft) => identitiesOf(config, draft));
  for (const [name, { boundary, permissions = {} }] of Object.entries(config.environments)) {
    for (const [type, { read = [], write = [], roles = [], on }] of Object.entries(permissions)) {
      const isAws = type.startsWith("aws_");
      const path = ["environments", name, "permissions", type];
      const other = [...read, ...write, ...roles].find((each) => each.includes(":") !== isAws);
      if (other !== undefined) {
        report(path, {
          got: other,
          expected: isAws
            ? "actions of AWS IAM, as in dynamodb:DescribeTable"
            : "permissions of Google Cloud, as in pubsub.topics.get",
          remedy: "correct it",
        });
      }
      const wide = on?.find((arn) => /[*?]/.test(arn) || identities.some((own) => arn.endsWith(`/${own}`)));
      const escalating = [...read, ...write, ...roles].find((each) =>
        isAws
          ? (wide !== undefined && /^(iam|sts):/.test(each)) ||
            (boundary && each.startsWith("iam:") && !INSIDE_BOUNDARY.test(each))
          : /^(iam|resourcemanager)\./.test(each) && !READS.test(each),
      );
      if (escalating !== undefined) {
        report(path, {
          got: isAws ? `${escalating} ${wide === undefined ? "with boundary: true" : `on ${wide}`}` : escalating,
          expected: "permissions with which the identity cannot give itself others",
          remedy: isAws
            ? wide === undefined
              ? "remove it: in the boundary, the permissions of roles are those of the table"
              : "name each role in on, and none of the pipeline's own"
            : "remove it, and let a person do that",
        });
      }
      if (isAws === (on !== undefined)) continue;
      report(path, {
        got: isAws ? "no on" : "on",
        expected: isAws ? "on: the ARNs of these resources" : "read and write alone: permissions are on the project",
        remedy: isAws ? "add it" : "remove it",
      });
    }
  }
};

/** A name can exist only once in an account or a project. The identities of a twin have names of their own. */
const oneBootstrapPerPlace: BootstrapRule = (config, drafts, report) => {
  const seen = new Map<string, Draft>();
  for (const draft of chosen(config, drafts)) {
    const { environment, aws, google } = draft;
    for (const place of [`AWS account ${aws.account}`, `Google project ${google.project}`]) {
      const other = seen.get(place) ?? draft;
      seen.set(place, other);
      if (other === draft || areTwins(other, draft)) continue;
      report(["environments", environment], {
        got: `the ${place}, which ${other.environment} uses too`,
        expected: "a separate account and project for each environment of the pipeline, unless one is the other's twin",
        remedy: `move ${environment} to another one, or deploy it without the pipeline and remove it here`,
      });
    }
  }
};

/** AWS has one identity provider for GitHub in an account, which twins may share. */
const oneIdentityProviderPerAccount: BootstrapRule = (config, drafts, report) => {
  for (const twin of chosen(config, drafts)) {
    const primary = drafts.find(({ environment }) => environment === twin.twinOf);
    const owners = [twin, primary].map((each) => each && config.environments[each.environment]?.ownsIdentityProvider);
    if (primary?.aws.account !== twin.aws.account || !owners.every(Boolean)) continue;
    report(["environments", twin.environment], {
      got: `the identity provider of the AWS account ${twin.aws.account}, which ${primary.environment} declares too`,
      expected: "one owner",
      remedy: "write ownsIdentityProvider: false here",
    });
  }
};

/** In one account or project, what the twin's plan identity may read is the primary's as well. */
const twinsHaveAlikePullRequests: BootstrapRule = (config, drafts, report) => {
  for (const twin of chosen(config, drafts)) {
    const primary = drafts.find(({ environment }) => environment === twin.twinOf);
    const [own, other] = [twin, primary].map((each) => each && config.environments[each.environment]?.pullRequests);
    if (primary === undefined || own !== true || other !== false) continue;
    if (primary.aws.account !== twin.aws.account && primary.google.project !== twin.google.project) continue;
    report(["environments", twin.environment], {
      got: `pull requests that plan it, where those of ${primary.environment} do not`,
      expected: "pullRequests: false, as for its primary",
      remedy: "write pullRequests: false here",
    });
  }
};

/** A client's secret denies all principals except its readers and the deployers, and a plan reads what is deployed. */
const deployersAreThese: BootstrapRule = (config, drafts, report) => {
  for (const draft of chosen(config, drafts)) {
    const { environment, aws } = draft;
    const { account, deployers } = aws;
    const hasSecrets = clientsOf(draft, "client_credentials").some(([, client]) => client.appClientId === undefined);
    // Missing deployers are reported elsewhere.
    if (!hasSecrets || deployers === undefined) continue;
    const missing = identitiesOf(config, draft)
      .map((name) => roleArn(account, name))
      .filter((arn) => !deployers.includes(arn));
    if (missing.length === 0) continue;
    report(["environments", environment], {
      got: `aws.deployers without ${missing.join(" and ")}`,
      expected: "both identities in the list: the policies of client secrets deny every other principal",
      remedy: `add ${missing.length === 1 ? "it" : "them"} to aws.deployers in config/${environment}.yaml`,
    });
  }
};

const namesFit: BootstrapRule = (config, drafts, report) => {
  for (const draft of chosen(config, drafts)) {
    const { environment, prefix } = draft;
    const long = identitiesOf(config, draft).find(({ length }) => length > GOOGLE_ACCOUNT_ID_MAX);
    if (long !== undefined) {
      report(["environments", environment], {
        got: `the service account ${long} of ${long.length} characters`,
        expected: `at most ${GOOGLE_ACCOUNT_ID_MAX} (Google's limit); a twin's name is part of it`,
        remedy: "shorten the name in identities, or the environment's",
      });
    }
    const { generation = 1 } = config.environments[environment] ?? {};
    const pool = poolId(`${prefix}-github`, generation);
    if (pool.length > POOL_ID_MAX) {
      report(["environments", environment], {
        got: `the pool id ${pool} of ${pool.length} characters`,
        expected: `at most ${POOL_ID_MAX} (Google's limit)`,
        remedy: "shorten the config's name or the environment's",
      });
    }
    const { repository } = config;
    const [subject = ""] = subjectsOf(repository, repository.subjects, [`environment:${environment}-plan`]);
    if (Buffer.byteLength(subject) <= GOOGLE_SUBJECT_BYTES) continue;
    report(["repository", "name"], {
      got: `the subject ${subject} of ${Buffer.byteLength(subject)} bytes`,
      expected: `at most ${GOOGLE_SUBJECT_BYTES} (Google's limit for google.subject)`,
      remedy: "shorten the environment's name, or write subjects: named",
    });
  }
};

/**
 * Characters of the deploy role's trust policy besides subjects and operators. Each of those adds two quotes and a
 * comma.
 */
const TRUST_POLICY_REST = 485;

/** All operators' ARNs are in one trust policy, together with the pipeline's subjects. */
const operatorsFit: BootstrapRule = (config, drafts, report) => {
  const { repository } = config;
  for (const { environment } of chosen(config, drafts)) {
    const operators = config.environments[environment]?.operators.aws ?? [];
    const subjects = subjectsOf(repository, repository.subjects, [`environment:${environment}`]);
    const length = TRUST_POLICY_REST + [...subjects, ...operators].reduce((sum, text) => sum + text.length + 3, 0);
    if (length <= TRUST_POLICY_CHARACTERS) continue;
    report(["environments", environment, "operators", "aws"], {
      got: `a trust policy of ${length} characters`,
      expected: `at most ${TRUST_POLICY_CHARACTERS} (IAM's limit for a role's trust policy)`,
      remedy: "name one role that all of them may assume",
    });
  }
};

/** Both files contain the project's number, so that each can be read on its own. The numbers must agree. */
const projectNumbersAgree: BootstrapRule = ({ environments }, drafts, report) => {
  for (const { environment, google } of drafts) {
    const here = environments[environment]?.googleProjectNumber;
    if (here === undefined || google.projectNumber === undefined || here === google.projectNumber) continue;
    report(["environments", environment, "googleProjectNumber"], {
      got: here,
      expected: `${google.projectNumber}, the google.projectNumber in the config of ${environment}`,
      remedy: `look up the right one: gcloud projects describe ${google.project} --format='value(projectNumber)'`,
    });
  }
};

/** Every rule on the bootstrap as a whole. */
export const bootstrapRules: readonly BootstrapRule[] = [
  deployersAreThese,
  eachStateHasABucket,
  environmentsExist,
  identitiesAreOutOfReach,
  identitiesDiffer,
  namesFit,
  noEnvironmentTakesTheName,
  oneBootstrapPerPlace,
  oneIdentityProviderPerAccount,
  twinsHaveAlikePullRequests,
  operatorsFit,
  permissionsFitTheirCloud,
  projectNumbersAgree,
];
