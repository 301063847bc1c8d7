import { randomInt } from "node:crypto";
import { Command } from "commander";
import { isConfirmed } from "../cli/process/ask";
import { type CloudTools, cloudTools, NotListed } from "../cli/process/cloud-tools";
import { CommandError, projectError, usageError } from "../cli/process/command-error";
import type { Json } from "../cli/process/json";
import { withProgress } from "../cli/process/progress";
import { shownPath } from "../cli/process/project";
import { askingShell } from "../cli/process/shell";
import { Interrupted, signals } from "../cli/process/signals";
import { commandTerraform } from "../cli/terraform/binary";
import { versionsByName } from "../cli/version";
import { AWS_REGION, GOOGLE_REGION } from "../intent/model/patterns";
import { startOf } from "../packages/local-front-door/processes/door-folders";
import { AUDITED, GITHUB, removeRun } from "./removal";
import { CEILING_DOLLARS, reportOf } from "./report";
import { alone, assertAllRemoved, ENVIRONMENTS, RunFolder, type RunRecord } from "./run-folder";
import { Scene } from "./scene";
import { proveEnvironment } from "./steps";

/** Options of the command. Its help describes each of them. */
interface E2eOptions {
  readonly awsAccount: string;
  readonly awsRegion: string;
  readonly googleProject: string;
  readonly googleRegion: string;
  readonly image: string;
  readonly nextImage: string;
  readonly envoyImage: string;
  readonly only: readonly string[];
  readonly ownIdentity?: boolean;
  readonly yes?: boolean;
  readonly clean?: boolean;
}

const print = (line: string) => console.error(line);

/**
 * `npm run e2e`: deploys the smallest environment of each handshake and kind of API into two sandbox accounts, tests what
 * only real clouds can confirm, removes everything, and writes a report.
 */
export async function main(args: readonly string[]): Promise<void> {
  const repeated = (value: string, before: readonly string[]) => [...before, value];
  const program = new Command("npm run e2e --")
    .option("--aws-account <id>", "sandbox account, to which aws is signed in", "")
    .option("--aws-region <region>", "AWS region", "eu-west-1")
    .option("--google-project <id>", "sandbox project, to which gcloud and Terraform are signed in", "")
    .option("--google-region <region>", "Google region", "europe-west1")
    .option("--image <image>", "image of a service that echoes requests", "")
    .option("--next-image <image>", "another reference to such an image, which the canary moves to", "")
    .option("--envoy-image <image>", "your mirror of Envoy, with its digest", "")
    .option("--only <environment>", "http, rest or envoy; repeatable (default: all three)", repeated, [])
    .option("--own-identity", "deploy with your own identities, without a bootstrap")
    .option("--yes", "do not ask")
    .option("--clean", "remove everything of the runs in this clone that were stopped");
  const options: E2eOptions = program.parse([...args], { from: "user" }).opts();
  try {
    await (options.clean ? clean() : proveAll(options)).catch(withRemedy);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
    // Ends the process without waiting for requests or timers that are still open.
    if (error instanceof Interrupted) process.exit();
  }
}

function withRemedy(error: unknown): never {
  if (!(error instanceof NotListed)) throw error;
  throw usageError(error.message, "sign in to both sandbox accounts as an administrator");
}

async function proveAll(options: E2eOptions): Promise<void> {
  assertAllRemoved();
  const environments = checkOptions(options);
  commandTerraform();
  const standing = { left: "nothing was made", atOnce: "nothing was made" };
  await signals.during("e2e", standing, async () => {
    const record = await withProgress("e2e: reading both accounts", planned(options, environments));
    await confirm(record, options.yes === true);
    await alone(async () => {
      assertAllRemoved();
      await run(RunFolder.create(record));
    });
  });
}

/** `npm run e2e -- --clean`: removes everything of every run of this project that was not removed. */
async function clean(): Promise<void> {
  const left = RunFolder.left();
  if (left.length === 0) {
    print("e2e: nothing of any run of this project is left");
    return;
  }
  const standing = { left: LEFT, atOnce: LEFT };
  await signals.during("e2e", standing, () =>
    alone(async () => {
      for (const each of left) {
        recordStarts(each);
        await requireAccounts(each.now);
        writeReport(each);
        await removeRun(each, print);
      }
    }),
  );
}

const LEFT = "objects may be left in both clouds; remove them with: npm run e2e -- --clean";

async function run(runFolder: RunFolder): Promise<void> {
  signals.describeEnd(() => ({ left: LEFT, atOnce: LEFT }));
  recordStarts(runFolder);
  for (const environment of runFolder.now.environments) {
    await proveEnvironment(new Scene(runFolder, environment), print);
  }
  const { counts, failures } = writeReport(runFolder);
  await removeRun(runFolder, print);
  const summary = `${counts.confirmed} confirmed, ${counts.refuted} refuted, ${counts["could not tell"]} could not tell`;
  if (failures.length === 0 && counts.refuted === 0) console.log(summary);
  else throw projectError(failures.length === 0 ? summary : `${summary}; ${failures.length} steps failed`);
}

function recordStarts(runFolder: RunFolder): void {
  signals.onStart = (pid) => runFolder.save({ ...runFolder.now, child: { pid, start: startOf(pid) } });
}

function writeReport(runFolder: RunFolder) {
  const report = reportOf(runFolder.now);
  print(`report: ${shownPath(runFolder.write("report.json", report))}`);
  return report;
}

/** @returns the environments that are asked for */
function checkOptions(options: E2eOptions): RunRecord["environments"] {
  const { only, image } = options;
  const environments = ENVIRONMENTS.filter((name) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !ENVIRONMENTS.some((each) => each === name));
  const faults = [
    ...fault("--aws-account", options.awsAccount, /^\d{12}$/, "the 12 digits of a sandbox account"),
    ...fault("--google-project", options.googleProject, PROJECT, "the id of a sandbox project"),
    ...fault("--aws-region", options.awsRegion, AWS_REGION, "a region of the commercial AWS partition"),
    ...fault("--google-region", options.googleRegion, GOOGLE_REGION, "a Google Cloud region"),
    ...fault("--image", image, IMAGE, "an image that echoes requests"),
    ...fault(
      "--next-image",
      options.nextImage === image ? "" : options.nextImage,
      IMAGE,
      "another reference to such an image",
    ),
    ...(environments.includes("envoy")
      ? fault("--envoy-image", options.envoyImage, IMAGE, "your mirror of Envoy")
      : []),
    ...unknown.map((name) => `--only: got ${JSON.stringify(name)}, expected ${ENVIRONMENTS.join(", ")}`),
  ];
  if (faults.length > 0) throw usageError(faults.join("\n"), "e2e/README.md explains each option");
  return environments;
}

const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const IMAGE = /^[\w.-]+\.[\w.-]+\/[\w./-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/;

function fault(option: string, text: string, form: RegExp, expected: string): readonly string[] {
  return form.test(text) ? [] : [`${option}: got ${JSON.stringify(text)}, expected ${expected}`];
}

/** Reads both accounts, and changes nothing. @throws CommandError if the run cannot succeed or would change what is there */
async function planned(options: E2eOptions, environments: RunRecord["environments"]): Promise<RunRecord> {
  const { awsAccount: account, googleProject: project, awsRegion, googleRegion, ownIdentity } = options;
  const tools = cloudTools({ awsRegion, googleProject: project });
  const role = await roleOf(tools, account);
  const { projectNumber } = await tools.gcloud("projects", "describe", project);
  await requireApis(tools, project);
  await requireNoAudits(tools, project);
  const { OpenIDConnectProviderList: providers = [] } = await tools.aws("iam", "list-open-id-connect-providers");
  const { cloudwatchRoleArn } = await tools.aws("apigateway", "get-account");
  return {
    run: `fde-${Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join("")}`,
    startedAt: new Date().toISOString(),
    aws: { account, region: awsRegion, role },
    google: { project, number: String(projectNumber), region: googleRegion },
    ...(!ownIdentity && { operator: await operatorOf(tools) }),
    image: options.image,
    nextImage: options.nextImage,
    envoyImage: options.envoyImage,
    environments,
    owns: {
      identityProvider: !ownIdentity && !providers.some(({ Arn }: Json) => String(Arn).endsWith(`/${GITHUB}`)),
      loggingRole: environments.includes("rest") && !cloudwatchRoleArn,
    },
    versions: { ...versionsByName(), ...(await toolVersions(tools)) },
    steps: [],
  };
}

async function toolVersions(tools: CloudTools): Promise<Readonly<Record<string, string>>> {
  const { out } = await askingShell("aws", ["--version"]);
  const { "Google Cloud SDK": gcloud } = await tools.gcloud("version");
  return { aws: out.trim().split(" ")[0] ?? "", gcloud: String(gcloud) };
}

/** Easy to read aloud: no vowels, so no words. */
const LETTERS = "bcdfghjkmnpqrstvwxz23456789";

/** The role of the person. A policy of IAM names roles, and a client's secret denies every principal that it does not name. */
async function roleOf(tools: CloudTools, account: string): Promise<string> {
  const { Account, Arn } = await tools.aws("sts", "get-caller-identity");
  if (Account !== account) {
    throw usageError(
      `--aws-account: got ${account}, and aws is signed in to ${Account}`,
      "sign in to the sandbox account",
    );
  }
  const [, name] = /:assumed-role\/([^/]+)\//.exec(Arn) ?? [];
  if (name === undefined) {
    throw usageError(
      `aws is signed in as ${Arn}, expected a role`,
      "sign in with a role, as by aws sso login or a profile with role_arn",
    );
  }
  // The identity's ARN leaves the role's path out.
  const { Role } = await tools.aws("iam", "get-role", "--role-name", name);
  return Role.Arn;
}

const APIS = ["cloudresourcemanager", "iam", "iamcredentials", "logging", "run", "serviceusage", "sts"];

/** Terraform cannot enable the API that enables APIs. Enabled ones stay enabled, so a person decides about all of them. */
async function requireApis(tools: CloudTools, project: string): Promise<void> {
  const enabled = (await tools.gcloud("services", "list", "--enabled")).map(({ config }: Json) => config?.name);
  const missing = APIS.map((name) => `${name}.googleapis.com`).filter((name) => !enabled.includes(name));
  if (missing.length === 0) return;
  throw usageError(
    `${project}: these APIs are not enabled: ${missing.join(", ")}`,
    `enable them; they stay enabled: gcloud services enable ${missing.join(" ")} --project=${project}`,
  );
}

/** An environment owns these settings of its project, and its removal would remove those of another owner. */
async function requireNoAudits(tools: CloudTools, project: string): Promise<void> {
  const { auditConfigs = [] } = await tools.gcloud("projects", "get-iam-policy", project);
  const found = auditConfigs.map(({ service }: Json) => service).filter((service: string) => AUDITED.includes(service));
  if (found.length === 0) return;
  throw usageError(
    `${project}: the project has audit logs of ${found.join(", ")}, which the run would take over and remove`,
    "use a project that no front door uses",
  );
}

async function operatorOf(tools: CloudTools): Promise<string> {
  const account = await tools.gcloud("config", "get-value", "account");
  if (typeof account === "string" && account.includes("@") && !account.endsWith(".gserviceaccount.com"))
    return `user:${account.toLowerCase()}`;
  throw usageError(
    `gcloud is signed in as ${JSON.stringify(account)}, expected a person, who may impersonate the deploy identity`,
    "sign in with gcloud auth login, or pass --own-identity",
  );
}

/** Removes nothing in other accounts than those of the run. */
async function requireAccounts({ aws, google }: RunRecord): Promise<void> {
  const tools = cloudTools({ awsRegion: aws.region, googleProject: google.project });
  const { Account } = await tools.aws("sts", "get-caller-identity");
  if (Account !== aws.account) {
    throw usageError(`aws is signed in to ${Account}, and the run was in ${aws.account}`, "sign in to that account");
  }
  const { projectNumber } = await tools.gcloud("projects", "describe", google.project);
  if (String(projectNumber) === google.number) return;
  throw usageError(`${google.project}: its number is ${projectNumber}, and the run was in ${google.number}`);
}

/** Prints what will happen and what it costs at most, and asks once. */
async function confirm({ run, aws, google, environments, operator, owns }: RunRecord, isYes: boolean): Promise<void> {
  const also = [
    ...(owns.identityProvider ? ["the account's identity provider for GitHub"] : []),
    ...(owns.loggingRole ? ["API Gateway's logging role of the account"] : []),
  ];
  const lines = [
    `${run}: deploys ${environments.join(", ")}, one after another, tests them, and removes them`,
    `    AWS account ${aws.account}, ${aws.region}; Google project ${google.project}, ${google.region}`,
    `    identities: ${operator === undefined ? `your own, ${aws.role}` : `bootstrapped; ${aws.role} and ${operator} may act as them`}`,
    ...(also.length === 0 ? [] : [`    also makes, and removes: ${also.join(", ")}`]),
    `    everything has the tag front-door-e2e=${run} or a name that starts with ${run}`,
    `    it takes about ${environments.length * MINUTES} minutes, and costs $${CEILING_DOLLARS.toFixed(2)} at most, at list prices`,
  ];
  for (const line of lines) print(line);
  if (isYes) return;
  const answer = await isConfirmed("Do this?", [
    "e2e: there is no terminal to ask for a confirmation, so nothing was made",
    "pass --yes",
  ]);
  if (!answer) throw projectError("e2e: nothing was made");
}

/** How long an environment takes, in minutes: most of it are two dozen minutes of Terraform, and waits for IAM. */
const MINUTES = 45;
