import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../cli/process/json";
import { type CloudTools, NotListed } from "../cli/verify/inventory/cloud-tools";
import { TAG } from "./environments";
import type { Scene } from "./scene";

/** An object of a run that exists in a cloud. */
export interface Left {
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

type Remove = (name: string, tools: CloudTools) => Promise<unknown>;

/** What the tag's listing shows, by the form of its ARN: what it is called here, and how it is removed. */
const BY_ARN: readonly (readonly [form: RegExp, what: string, remove: Remove])[] = [
  [
    /:apigateway:[^:]*::\/apis\/([^/]+)$/,
    "HTTP API",
    (id, { aws }) => aws("apigatewayv2", "delete-api", "--api-id", id),
  ],
  [
    /:apigateway:[^:]*::\/restapis\/([^/]+)$/,
    "REST API",
    (id, { aws }) => aws("apigateway", "delete-rest-api", "--rest-api-id", id),
  ],
  [
    /:lambda:[^:]*:\d+:function:([^:]+)$/,
    "function",
    (name, { aws }) => aws("lambda", "delete-function", "--function-name", name),
  ],
  [
    /:logs:[^:]*:\d+:log-group:([^:]+)/,
    "log group",
    (name, { aws }) => aws("logs", "delete-log-group", "--log-group-name", name),
  ],
  [/:cognito-idp:[^:]*:\d+:userpool\/(.+)$/, "user pool", removePool],
  [
    /:secretsmanager:[^:]*:\d+:secret:(.+)-\w{6}$/,
    "secret",
    (name, { aws }) => aws("secretsmanager", "delete-secret", "--secret-id", name, "--force-delete-without-recovery"),
  ],
  [/:events:[^:]*:\d+:rule\/(.+)$/, "rule", removeRule],
  [
    /:cloudwatch:[^:]*:\d+:alarm:(.+)$/,
    "alarm",
    (name, { aws }) => aws("cloudwatch", "delete-alarms", "--alarm-names", name),
  ],
  [/:s3:::(.+)$/, "bucket", removeBucket],
];

/** Parts of an API, which are removed with it. */
const PARTS = /:apigateway:[^:]*::\/(apis|restapis)\/[^/]+\//;
/** IAM's own listings show these. */
const OF_IAM = /:iam::/;

async function taggedInAws({ tools, record: { run } }: Swept): Promise<readonly Left[]> {
  const listed = await tools.aws(
    "resourcegroupstaggingapi",
    "get-resources",
    "--tag-filters",
    `Key=${TAG},Values=${run}`,
  );
  const arns = ((listed.ResourceTagMappingList ?? []) as readonly { readonly ResourceARN: string }[])
    .map(({ ResourceARN }) => ResourceARN)
    .filter((arn) => !PARTS.test(arn) && !OF_IAM.test(arn));
  return arns.map((arn) => {
    for (const [form, what, remove] of BY_ARN) {
      const [, name] = form.exec(arn) ?? [];
      if (name !== undefined) return { what: `${what} ${name}`, remove: () => remove(name, tools) };
    }
    return { what: arn, remove: () => Promise.reject(new NotListed(`${arn}: remove it by hand`)) };
  });
}

async function removePool(id: string, { aws }: CloudTools): Promise<void> {
  const { UserPool } = await aws("cognito-idp", "describe-user-pool", "--user-pool-id", id);
  const pool = ["--user-pool-id", id];
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
export async function removeBucket(bucket: string, { aws }: CloudTools): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await aws(
      "s3api",
      "list-object-versions",
      "--bucket",
      bucket,
      "--max-items",
      "500",
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }: Json) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    await aws("s3api", "delete-objects", "--bucket", bucket, "--delete", JSON.stringify({ Objects, Quiet: true }));
  }
  await aws("s3api", "delete-bucket", "--bucket", bucket);
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
  for (const { PolicyArn } of AttachedPolicies)
    await aws("iam", "detach-role-policy", ...role, "--policy-arn", PolicyArn);
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
async function inGoogle({ tools, record: { run, google } }: Swept): Promise<readonly Left[]> {
  const { gcloud } = tools;
  const kinds: readonly {
    readonly what: string;
    readonly list: readonly string[];
    readonly named: (each: Json) => string;
    readonly remove: (name: string) => readonly string[];
  }[] = [
    {
      what: "service",
      list: ["run", "services", "list", `--region=${google.region}`],
      named: ({ metadata }) => metadata.name,
      remove: (name) => ["run", "services", "delete", name, `--region=${google.region}`],
    },
    {
      what: "service account",
      list: ["iam", "service-accounts", "list"],
      named: ({ email }) => email,
      remove: (email) => ["iam", "service-accounts", "delete", email],
    },
    {
      what: "workload identity pool",
      list: ["iam", "workload-identity-pools", "list", "--location=global"],
      named: ({ name, state }) => (state === "DELETED" ? "" : lastPart(name)),
      remove: (name) => ["iam", "workload-identity-pools", "delete", name, "--location=global"],
    },
    {
      what: "role",
      list: ["iam", "roles", "list"],
      named: ({ name, deleted }) => (deleted ? "" : lastPart(name)),
      remove: (name) => ["iam", "roles", "delete", name],
    },
  ];
  const starts = [`${run}-`, `${run.replaceAll("-", "_")}_`];
  const lists = await Promise.all(
    kinds.map(async ({ what, list, named, remove }) => {
      const names: readonly string[] = (await gcloud(...list)).map(named);
      return names
        .filter((name) => starts.some((start) => name.startsWith(start)))
        .map((name): Left => ({ what: `${what} ${name}`, remove: () => gcloud(...remove(name), "--quiet") }));
    }),
  );
  return lists.flat();
}

function lastPart(name: string): string {
  return name.split("/").at(-1) ?? "";
}

/** Services whose audit logs an environment switches on. The run began without audit logs of these. */
export const AUDITED: readonly string[] = ["iam.googleapis.com", "sts.googleapis.com"];

/** A deleted account stays in the project's policy, and audit logs stay on. */
async function inProjectPolicy({ tools: { gcloud }, record: { run, google } }: Swept): Promise<readonly Left[]> {
  const policy = await gcloud("projects", "get-iam-policy", google.project);
  const grants = ((policy.bindings ?? []) as Json[]).flatMap(({ role, members }) =>
    (members as readonly string[])
      .filter((member) => member.includes(`serviceAccount:${run}-`))
      .map((member) => ({ role, member })),
  );
  const audits = ((policy.auditConfigs ?? []) as Json[]).filter(({ service }) => AUDITED.includes(service));
  const bound = (member: string, role: string) => [`--member=${member}`, `--role=${role}`, "--condition=None"];
  return [
    ...grants.map(({ role, member }) => ({
      what: `${role} of ${member}`,
      remove: () => gcloud("projects", "remove-iam-policy-binding", google.project, ...bound(member, role)),
    })),
    ...(audits.length === 0
      ? []
      : [{ what: "audit logs of the project", remove: () => removeAudits(gcloud, google.project) }]),
  ];
}

/** Google writes a policy only if nothing has changed it since it was read. */
async function removeAudits(gcloud: CloudTools["gcloud"], project: string): Promise<void> {
  const { auditConfigs, ...policy } = await gcloud("projects", "get-iam-policy", project);
  const others = auditConfigs.filter(({ service }: Json) => !AUDITED.includes(service));
  const folder = mkdtempSync(join(tmpdir(), "front-door-policy-"));
  try {
    const file = join(folder, "policy.json");
    writeFileSync(file, JSON.stringify({ ...policy, auditConfigs: others }));
    await gcloud("projects", "set-iam-policy", project, file, "--quiet");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
