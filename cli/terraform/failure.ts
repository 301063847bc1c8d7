import { CommandError, EXIT } from "../process/command-error";
import { machineFaultIn } from "../process/machine-fault.cjs";

/** What an error of Terraform means, as far as a command decides on it. */
export type Diagnosis =
  /** A plan would replace or destroy an object with `prevent_destroy`. */
  | "never-destroyed"
  | "state-locked"
  /** A cloud refused a creation, because an object of this name exists. */
  | "exists"
  /** A signal made Terraform skip a resource, or give it up. */
  | "stopped";

/** By the start of a diagnostic's summary. Terraform and OpenTofu give their errors no codes, so no other file reads them. */
const SUMMARIES: readonly (readonly [start: string, means: Diagnosis])[] = [
  ["Instance cannot be destroyed", "never-destroyed"],
  ["Error acquiring the state lock", "state-locked"],
  ["execution halted", "stopped"],
  ["operation canceled", "stopped"],
  ["operation cancelled", "stopped"],
];

/** The meaning of one error; undefined if no command decides on it. */
export function diagnosisOf(summary: string): Diagnosis | undefined {
  return SUMMARIES.find(([start]) => summary.startsWith(start))?.[1];
}

/** The meanings of all errors in Terraform's output for people, boxed or not. */
function diagnosesIn(output: string): Set<Diagnosis> {
  const summaries = [...output.matchAll(/^(?:│ )?Error: (.*)$/gm)].map(([, summary = ""]) => diagnosisOf(summary));
  return new Set(summaries.filter((means) => means !== undefined));
}

/** A step of Terraform failed. */
export class TerraformFailure extends CommandError {
  constructor(
    message: string,
    exitCode: CommandError["exitCode"],
    readonly diagnoses: ReadonlySet<Diagnosis>,
  ) {
    super(message, exitCode);
  }
}

interface Failure {
  /** Matches the message of Terraform, a provider or a cloud's SDK. */
  readonly said: RegExp;
  readonly means: string;
  /** @param match of `said` */
  readonly remedy: (environment: string, match: RegExpExecArray) => string;
}

/** What the clouds say about a name that is taken. */
const EXISTS =
  /Error 409:(?! Revision named).{0,200}already exists|(Entity|Resource)AlreadyExists|ResourceExistsException|Function already exist/i;

/** Failures with a known remedy. The first match counts, so specific patterns come first. */
const FAILURES: readonly Failure[] = [
  {
    said: /creating WorkloadIdentityPool(?:Provider)?: googleapi: Error 409/i,
    means:
      "the id of the workload identity pool or its provider is taken: by a deleted one, or by one that no state has",
    remedy: (environment) =>
      `npm run plan -- ${environment} from this folder says which, and imports one that this run made; if it was deleted, ` +
      `which blocks the id for 30 days, raise federation.generation in config/${environment}.yaml`,
  },
  {
    said: EXISTS,
    means: "an object of this name exists, and no state has it: a creation whose answer was lost, or another owner's",
    remedy: (environment) =>
      `npm run deploy -- ${environment} from this folder finds what this run made, and imports it after your approval; ` +
      "elsewhere import it by config (docs/how-to/troubleshooting.md#an-object-that-no-state-has)",
  },
  {
    said: /AWS account ID not allowed|not in the list of allowed_account_ids/i,
    means: "the AWS credentials here belong to another account than config names (aws.account)",
    remedy: () => "log in to the account that config names, and check it: aws sts get-caller-identity",
  },
  {
    said: /NoSuchBucket|S3 bucket ".*" does not exist|bucket does not exist/i,
    means: "the state bucket (state.bucket) does not exist, or is in another account or region",
    remedy: (environment) => `create it with the bootstrap (README, step 3), then plan ${environment} again`,
  },
  {
    said: /No valid credential sources found|failed to refresh cached credentials|no EC2 IMDS role found|ExpiredToken|InvalidClientTokenId|security token included in the request is (expired|invalid)|SSO session has expired/i,
    means: "there are no AWS credentials here, or they have expired",
    remedy: () => "log in and try again: aws sso login, or AWS_PROFILE=<profile>; then aws sts get-caller-identity",
  },
  {
    said: /could not find default credentials|No credentials loaded|invalid_grant|Reauthentication is needed/i,
    means: "there are no Google credentials here, or they have expired",
    remedy: () => "log in and try again: gcloud auth application-default login",
  },
  {
    said: /Backend initialization required|Required plugins are not installed|Inconsistent dependency lock file/i,
    means: "cdktf.out/ was not yet connected to the state of this stack",
    remedy: (environment) => `plan it once with your accounts: npm run plan -- ${environment}`,
  },
  {
    said: /doesn't match any of the checksums|does not match any of the checksums recorded in the dependency lock file/i,
    means: "a provider does not match its locked checksums",
    remedy: (environment) =>
      `if the provider is right, lock it again: npx front-door lock; or remove cdktf.out/stacks/${environment}/.terraform.lock.hcl`,
  },
  {
    said: /Provider dependency changes detected/i,
    means: "providers.lock.hcl does not list the providers that this stack needs",
    remedy: () =>
      "lock them with the binary that plans, Terraform or OpenTofu: npx front-door lock; a provider must stay in main.ts and " +
      "cdktf.json while its state still has resources of it",
  },
  {
    said: /No argument or block type is named "(\w+)"/,
    means: "the provider does not have an argument that the stack sets",
    remedy: (_, [, argument]) =>
      `if cdktf.json chooses a newer provider, ${argument} may have another name in it: set that one in main.ts with ` +
      "addOverride (docs/how-to/own-resources.md#use-another-provider)",
  },
  {
    said: /Logging Bucket Config "projects\/([^/"]+)\/locations\/([^/"]+)\/buckets\/([^/"]+)".{0,60}(?:Buckets must be in an ACTIVE state|pending deletion).{0,40}(google_logging_project_bucket_config\.[\w-]+)/,
    means: "a log bucket of this name was deleted: for seven days, Google neither changes it nor creates another",
    remedy: (environment, [, project, location, bucket, address]) =>
      `restore it: gcloud logging buckets undelete ${bucket} --location=${location} --project=${project}\n` +
      "    if the next plan replaces it, that would delete it again: before you deploy, run\n" +
      `    terraform -chdir=cdktf.out/stacks/${environment} untaint ${address}`,
  },
  {
    said: /Secrets Manager Secret \(([\w/+=.@-]+)\).*scheduled for deletion/,
    means: "a secret of this name was deleted, and its name is blocked until its recovery window ends",
    remedy: (environment, [, name]) =>
      `restore it: aws secretsmanager restore-secret --secret-id ${name}; then import it into ${environment} ` +
      "(docs/reference/optional-files.md#imports), or wait",
  },
  {
    said: /Failed to query available provider packages|Failed to install provider|registry\.(terraform\.io|opentofu\.org).*(no such host|timeout|refused)|could not connect to registry/i,
    means: "the provider registry cannot be reached from here",
    remedy: () => "check the network and its proxy (HTTPS_PROXY), or name a mirror in Terraform's CLI configuration",
  },
  {
    said: /(?:SERVICE_DISABLED|has not been used in project|accessNotConfigured).*?([a-z]+\.googleapis\.com)/,
    means: "a Google API that a resource needs is not enabled in the project",
    remedy: (_, [, api]) =>
      `enable it in the environment that owns the project, or by hand: gcloud services enable ${api} --project=<project>; ` +
      "then deploy again",
  },
  {
    said: /AccessDenied|is not authorized to perform|PERMISSION_DENIED|Error 403/i,
    means: "these credentials lack a permission that Terraform needs, named below",
    remedy: () => "use an identity that has it (docs/how-to/bootstrap.md lists what each needs), or grant it",
  },
];

/**
 * Terraform's error output, preceded by its meaning for this project and the remedy, if they are known. What this
 * machine refused has the exit code of the machine.
 */
export function terraformFailure(environment: string, step: string, output: string): TerraformFailure {
  return failure(environment, step, output, [output.trimEnd()]);
}

/** The same without Terraform's error output, for a person who has seen it. */
export function shownFailure(environment: string, step: string, output: string): TerraformFailure {
  return failure(environment, step, output, []);
}

function failure(environment: string, step: string, output: string, toShow: readonly string[]): TerraformFailure {
  const diagnoses = diagnosesIn(output);
  if (diagnoses.has("state-locked") && toShow.length > 0) {
    return new TerraformFailure(heldState(environment, output), EXIT.failed, diagnoses);
  }
  // Diagnostics are wrapped, and may be boxed.
  const text = output.replace(/[│\s]+/g, " ");
  if (EXISTS.test(text)) diagnoses.add("exists");
  const fault = machineFaultIn(text);
  const explained = fault === undefined ? explanation(environment, text) : [`${environment}: ${fault}`];
  return new TerraformFailure(
    [...explained, ...toShow, `${environment}: terraform ${step} failed, see above`].join("\n"),
    fault === undefined ? EXIT.failed : EXIT.usage,
    diagnoses,
  );
}

function explanation(environment: string, text: string): readonly string[] {
  for (const { said, means, remedy } of FAILURES) {
    const match = said.exec(text);
    if (match !== null) return [`${environment}: ${means}`, `    ${remedy(environment, match)}`];
  }
  return [];
}

/** The warnings at the end of a plan's output, as Terraform wrote them with `-no-color`; empty without any. */
export function warningsOf(planned: string): string {
  const start = planned.search(/^Warning: /m);
  return start < 0
    ? ""
    : planned
        .slice(start)
        .replace(/^─{5,}[\s\S]*/m, "")
        .trimEnd();
}

function heldState(environment: string, output: string): string {
  const field = (name: string) => new RegExp(`^[│\\s]*${name}:\\s+(.+)$`, "m").exec(output)?.[1]?.trim();
  const [id, who, since] = [field("ID"), field("Who"), field("Created")];
  return (
    `${environment}: another run holds the state${who === undefined ? "" : `: ${who}`}${since === undefined ? "" : `, since ${since}`}\n` +
    "    wait until that run has ended, and start again; nothing was changed\n" +
    `    if no run is left: terraform -chdir=cdktf.out/stacks/${environment} force-unlock ${id ?? "<the lock's ID>"}`
  );
}
