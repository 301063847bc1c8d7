import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type CloudTools, calledAs, lastPart, NotListed } from "../cli/process/cloud-tools";
import { CommandError, projectError } from "../cli/process/command-error";
import type { Json } from "../cli/process/json";
import { withProgress } from "../cli/process/progress";
import { Interrupted, signals } from "../cli/process/signals";
import { startOf, UNKNOWN } from "../packages/local-front-door/processes/door-folders";
import { bucketOf, TAG } from "./environments";
import type { RunFolder } from "./run-folder";
import { Scene, until } from "./scene";

/** Objects refer to each other, and a listing shows removed ones for a while. */
const ROUNDS = 8;

/** Pause before a third round, and between all later ones. */
const ROUND_MILLISECONDS = 15_000;

/** How long a command of a killed run may take to end after an interrupt, in seconds: the longest step of an apply. */
const END_SECONDS = 900;

/** How long to wait for the deploy identity, in seconds. It may be gone, and the sweep needs only the person. */
const IDENTITY_SECONDS = 30;

const OPTIONS = ["-input=false", "-no-color"];

/**
 * Removes everything of a run from both clouds: first what Terraform's states know, then what the run's tag and name show.
 *
 * @throws CommandError if anything stays
 */
export async function removeRun(runFolder: RunFolder, print: (line: string) => void): Promise<void> {
  await leftCommandEnded(runFolder, print);
  for (const environment of runFolder.now.environments) {
    await tolerant(print, () => destroyKnown(new Scene(runFolder, environment), runFolder, print));
  }
  const scene = new Scene(runFolder, runFolder.now.environments[0] ?? "http");
  const left = await sweep(scene, print);
  const { run } = runFolder.now;
  if (left.length > 0) {
    throw projectError(
      `${run}: ${left.length} objects stay:\n${left.map(({ what }) => `    ${what}`).join("\n")}`,
      "run the same command again; it needs an administrator of both clouds",
    );
  }
  runFolder.save({ ...runFolder.now, removedAt: new Date().toISOString() });
  runFolder.removeProjects();
  print(`${run}: nothing of it is left in either cloud`);
}

/** Removes what a sweep shows, round by round. @returns what stays */
async function sweep(scene: Scene, print: (line: string) => void): Promise<readonly Left[]> {
  for (let round = 1; ; round += 1) {
    if (round > 2)
      await withProgress(
        "waiting for the listings",
        signals.unlessStopped(() => pause(ROUND_MILLISECONDS)),
      );
    const left = await withProgress("listing what is left in both clouds", leftIn(scene));
    if (left.length === 0 || round > ROUNDS) return left;
    for (const { what, remove } of left) {
      print(`removing ${what}`);
      await tolerant(print, remove);
    }
  }
}

/** What cannot be removed now is listed again in the next round. */
async function tolerant(print: (line: string) => void, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isExpected = error instanceof NotListed || (error instanceof CommandError && !(error instanceof Interrupted));
    if (!isExpected) throw error;
    print(`    ${error.message.split("\n")[0]}`);
  }
}

/** A killed run leaves its last command running, which would go on to make objects. */
async function leftCommandEnded({ now: { child, run } }: RunFolder, print: (line: string) => void): Promise<void> {
  // Without a start, another process may have its id by now.
  const runs = () => ![undefined, UNKNOWN].includes(child?.start) && startOf(child?.pid ?? 0) === child?.start;
  if (child === undefined || !runs()) return;
  print(`${run}: interrupting its command ${child.pid}, which still runs`);
  process.kill(-child.pid, "SIGINT");
  const ended = until(`the end of process ${child.pid}`, END_SECONDS, async () => (runs() ? undefined : true));
  await withProgress(`${run}: waiting for the end of process ${child.pid}`, ended);
}

/** Destroys what the states know. No other command of the run is left, so a lock in the way is that of a killed one. */
async function destroyKnown(scene: Scene, runFolder: RunFolder, print: (line: string) => void): Promise<void> {
  const { environment } = scene;
  if (hasStack(scene, environment)) {
    print(`${scene.record.run}: destroying ${environment}`);
    await tolerant(print, async () => {
      const terraform = await scene.terraform(environment, "deployer", IDENTITY_SECONDS);
      await terraform.step(environment, "init", `${environment}: connecting to the state`, OPTIONS);
      const known = await terraform.step(environment, "state list", `${environment}: reading the state`, []);
      const { audits = [] } = runFolder.now;
      runFolder.save({ ...runFolder.now, audits: [...new Set([...audits, ...auditsIn(known)])].sort() });
      const unlocked = [...OPTIONS, "-auto-approve", "-lock=false"];
      await terraform.step(environment, "destroy", `${environment}: destroying`, unlocked);
    });
  }
  if (hasStack(scene, `bootstrap-${environment}`)) await removeBootstrap(scene);
}

/** The services whose audit logs a state has, by what `terraform state list` prints. */
function auditsIn(known: string): readonly string[] {
  return AUDITED.filter((service) =>
    known.split("\n").includes(`google_project_iam_audit_config.${service.split(".")[0]}`),
  );
}

function hasStack({ folder }: Scene, stack: string): boolean {
  return existsSync(join(folder, "cdktf.out/stacks", stack));
}

/** Destroys the bootstrap, and then the bucket of the state, which no plan deletes. */
export async function removeBootstrap(scene: Scene): Promise<void> {
  const stack = `bootstrap-${scene.environment}`;
  const terraform = await scene.terraform(stack, "person");
  await terraform.step(stack, "init", `${stack}: connecting to the state`, OPTIONS);
  const known = await terraform.step(stack, "state list", `${stack}: reading the state`, []);
  const bucket = known.split("\n").includes(BUCKET);
  if (bucket) await terraform.step(stack, "state rm", `${stack}: leaving the bucket out`, ["-lock=false", BUCKET]);
  await terraform.step(stack, "destroy", `${stack}: destroying`, [...OPTIONS, "-auto-approve", "-lock=false"]);
  if (bucket) await removeBucket(bucketOf(scene.record, scene.environment), scene.tools);
}

const BUCKET = "aws_s3_bucket.state";

/** An object of a run that exists in a cloud. */
interface Left {
  /** `role fde-k3x9qa-http-echo`. */
  readonly what: string;
  readonly remove: () => Promise<unknown>;
}

type Swept = Pick<Scene, "tools" | "record">;

/**
 * Every object of a run that still exists, by the run's tag where a cloud has tags, and otherwise by the name that only the
 * run uses. It lists nothing else, so nothing else can be removed.
 *
 * @throws NotListed if a cloud does not list
 */
export async function leftIn(scene: Swept): Promise<readonly Left[]> {
  const lists = await Promise.all(
    [taggedInAws, rolesInAws, singletonsInAws, inGoogle, inProjectPolicy].map((list) => list(scene)),
  );
  return lists.flat();
}

type Remove = string | ((name: string, tools: CloudTools) => Promise<unknown>);

const AT_ONCE = "--force-delete-without-recovery";

/** What the tag's listing shows, by the form of its ARN: what it is called here, and how it is removed. */
const BY_ARN: readonly (readonly [form: RegExp, what: string, remove: Remove])[] = [
  [/:apigateway:[^:]*::\/apis\/([^/]+)$/, "HTTP API", "aws apigatewayv2 delete-api --api-id {name}"],
  [/:apigateway:[^:]*::\/restapis\/([^/]+)$/, "REST API", "aws apigateway delete-rest-api --rest-api-id {name}"],
  [/:lambda:[^:]*:\d+:function:([^:]+)$/, "function", "aws lambda delete-function --function-name {name}"],
  [/:logs:[^:]*:\d+:log-group:([^:]+)/, "log group", "aws logs delete-log-group --log-group-name {name}"],
  [/:cognito-idp:[^:]*:\d+:userpool\/(.+)$/, "user pool", removePool],
  [
    /:secretsmanager:[^:]*:\d+:secret:(.+)-\w{6}$/,
    "secret",
    `aws secretsmanager delete-secret --secret-id {name} ${AT_ONCE}`,
  ],
  [/:events:[^:]*:\d+:rule\/(.+)$/, "rule", removeRule],
  [/:cloudwatch:[^:]*:\d+:alarm:(.+)$/, "alarm", "aws cloudwatch delete-alarms --alarm-names {name}"],
  [/:s3:::(.+)$/, "bucket", removeBucket],
];

/** Parts of an API, which are removed with it, and what IAM's own listings show. */
const NOT_BY_ARN = /:apigateway:[^:]*::\/(apis|restapis)\/[^/]+\/|:iam::/;

async function taggedInAws({ tools, record: { run } }: Swept): Promise<readonly Left[]> {
  const list = "aws resourcegroupstaggingapi get-resources --tag-filters {filter}";
  const { ResourceTagMappingList = [] } = await calledAs(tools, list, { filter: `Key=${TAG},Values=${run}` });
  const arns: readonly string[] = ResourceTagMappingList.map(({ ResourceARN }: Json) => ResourceARN);
  return arns
    .filter((arn) => !NOT_BY_ARN.test(arn))
    .map((arn) => {
      for (const [form, what, remove] of BY_ARN) {
        const [, name] = form.exec(arn) ?? [];
        if (name === undefined) continue;
        const removed = () => (typeof remove === "string" ? calledAs(tools, remove, { name }) : remove(name, tools));
        return { what: `${what} ${name}`, remove: removed };
      }
      return { what: arn, remove: () => Promise.reject(new NotListed(`${arn}: remove it by hand`)) };
    });
}

async function removePool(id: string, { aws }: CloudTools): Promise<void> {
  const pool = ["--user-pool-id", id];
  const { UserPool } = await aws("cognito-idp", "describe-user-pool", ...pool);
  if (UserPool?.Domain) await aws("cognito-idp", "delete-user-pool-domain", "--domain", UserPool.Domain, ...pool);
  await aws("cognito-idp", "delete-user-pool", ...pool);
}

async function removeRule(name: string, { aws }: CloudTools): Promise<void> {
  const { Targets = [] } = await aws("events", "list-targets-by-rule", "--rule", name);
  const ids = Targets.map(({ Id }: Json) => Id);
  if (ids.length > 0) await aws("events", "remove-targets", "--rule", name, "--ids", ...ids);
  await aws("events", "delete-rule", "--name", name);
}

/** Removes a bucket with all versions of its objects. */
async function removeBucket(bucket: string, { aws }: CloudTools): Promise<void> {
  const of = ["--bucket", bucket];
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await aws(
      "s3api",
      "list-object-versions",
      ...of,
      "--max-items",
      "500",
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }: Json) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    await aws("s3api", "delete-objects", ...of, "--delete", JSON.stringify({ Objects, Quiet: true }));
  }
  await aws("s3api", "delete-bucket", ...of);
}

/** The tag's listing does not cover IAM. */
async function rolesInAws({ tools, record: { run } }: Swept): Promise<readonly Left[]> {
  const { Roles = [] } = await tools.aws("iam", "list-roles");
  const names: readonly string[] = Roles.map(({ RoleName }: Json) => RoleName);
  return names
    .filter((name) => name.startsWith(`${run}-`))
    .map((name) => ({ what: `role ${name}`, remove: () => removeRole(name, tools) }));
}

async function removeRole(name: string, { aws }: CloudTools): Promise<void> {
  const role = ["--role-name", name];
  const { PolicyNames = [] } = await aws("iam", "list-role-policies", ...role);
  for (const policy of PolicyNames) await aws("iam", "delete-role-policy", ...role, "--policy-name", policy);
  const { AttachedPolicies = [] } = await aws("iam", "list-attached-role-policies", ...role);
  for (const { PolicyArn: arn } of AttachedPolicies)
    await aws("iam", "detach-role-policy", ...role, "--policy-arn", arn);
  await aws("iam", "delete-role", ...role);
}

/** Objects of which an account has one. They count only if the run made them. */
async function singletonsInAws({ tools, record: { run, aws, owns } }: Swept): Promise<readonly Left[]> {
  const found: Left[] = [];
  if (owns.identityProvider) {
    const provider = ["--open-id-connect-provider-arn", `arn:aws:iam::${aws.account}:oidc-provider/${GITHUB}`];
    const { OpenIDConnectProviderList = [] } = await tools.aws("iam", "list-open-id-connect-providers");
    if (OpenIDConnectProviderList.some(({ Arn }: Json) => Arn === provider[1])) {
      const { Tags = [] } = await tools.aws("iam", "list-open-id-connect-provider-tags", ...provider);
      const isOwn = Tags.some(({ Key, Value }: Json) => Key === TAG && Value === run);
      const remove = () => tools.aws("iam", "delete-open-id-connect-provider", ...provider);
      if (isOwn) found.push({ what: `identity provider ${GITHUB}`, remove });
    }
  }
  if (owns.loggingRole) {
    const { cloudwatchRoleArn = "" } = await tools.aws("apigateway", "get-account");
    const operation = "op=replace,path=/cloudwatchRoleArn,value=";
    const remove = () => tools.aws("apigateway", "update-account", "--patch-operations", operation);
    if (cloudwatchRoleArn.includes(`/${run}-`)) found.push({ what: "logging role of API Gateway", remove });
  }
  return found;
}

/** Host of the issuer of GitHub's tokens, which names its identity provider. */
export const GITHUB = "token.actions.githubusercontent.com";

/** Kinds of objects in Google Cloud whose names start with the run's. Only services and secrets have labels. */
const IN_GOOGLE: readonly (readonly [what: string, group: string, place: string, named: (each: Json) => string])[] = [
  ["service", "run services", "--region={region}", ({ metadata }) => metadata.name],
  ["service account", "iam service-accounts", "", ({ email }) => email],
  ["workload identity pool", "iam workload-identity-pools", "--location=global", unlessDeleted],
  ["role", "iam roles", "", unlessDeleted],
];

function unlessDeleted({ name, state, deleted }: Json): string {
  return state === "DELETED" || deleted ? "" : lastPart(name);
}

async function inGoogle({ tools, record: { run, google } }: Swept): Promise<readonly Left[]> {
  const starts = [`${run}-`, `${run.replaceAll("-", "_")}_`];
  const lists = await Promise.all(
    IN_GOOGLE.map(async ([what, group, place, named]) => {
      const call = (verb: string) => calledAs(tools, `gcloud ${group} ${verb} ${place}`.trim(), google);
      const names: readonly string[] = (await call("list")).map(named);
      return names
        .filter((name) => starts.some((start) => name.startsWith(start)))
        .map((name): Left => ({ what: `${what} ${name}`, remove: () => call(`delete ${name} --quiet`) }));
    }),
  );
  return lists.flat();
}

/** Services whose audit logs an environment switches on. The run began without audit logs of these. */
export const AUDITED: readonly string[] = ["iam.googleapis.com", "sts.googleapis.com"];

/** A deleted account stays in the project's policy, and audit logs stay on. */
async function inProjectPolicy({
  tools: { gcloud },
  record: { run, google, audits: own = [] },
}: Swept): Promise<readonly Left[]> {
  const policy = await gcloud("projects", "get-iam-policy", google.project);
  const grants = ((policy.bindings ?? []) as Json[]).flatMap(({ role, members }) =>
    (members as readonly string[])
      .filter((member) => member.includes(`serviceAccount:${run}-`))
      .map((member) => {
        const binding = [`--member=${member}`, `--role=${role}`, "--condition=None"];
        const remove = () => gcloud("projects", "remove-iam-policy-binding", google.project, ...binding);
        return { what: `${role} of ${member}`, remove };
      }),
  );
  // Others may have switched them on since the run began, so only those count that a state of the run had.
  const audits = ((policy.auditConfigs ?? []) as Json[]).filter(({ service }) => own.includes(service));
  const remove = () => removeAudits(gcloud, google.project, own);
  return [...grants, ...(audits.length === 0 ? [] : [{ what: "audit logs of the project", remove }])];
}

/** Google writes a policy only if nothing has changed it since it was read. */
async function removeAudits(gcloud: CloudTools["gcloud"], project: string, own: readonly string[]): Promise<void> {
  const { auditConfigs, ...policy } = await gcloud("projects", "get-iam-policy", project);
  const others = auditConfigs.filter(({ service }: Json) => !own.includes(service));
  const folder = mkdtempSync(join(tmpdir(), "front-door-policy-"));
  try {
    const file = join(folder, "policy.json");
    writeFileSync(file, JSON.stringify({ ...policy, auditConfigs: others }));
    await gcloud("projects", "set-iam-policy", project, file, "--quiet");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
