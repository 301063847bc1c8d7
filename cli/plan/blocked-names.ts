import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { typeOf } from "../../packages/terraform-access-review/types";
import { type Json, jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/** How to find a deleted object that keeps its name, and what to do about it. */
interface Blocked {
  readonly describe: (object: Attributes, aws: { readonly region: string }) => readonly [program: string, ...string[]];
  readonly isDeleted: (found: Json) => boolean;
  readonly remedy: (object: Attributes) => string;
}

/** Types whose objects keep their name for some days after a deletion. */
const BLOCKED: Readonly<Record<string, Blocked>> = {
  aws_secretsmanager_secret: {
    describe: ({ name }, { region }) => [
      ...(["aws", "secretsmanager", "describe-secret", "--secret-id", name] as const),
      ...["--region", region, "--output", "json"],
    ],
    isDeleted: ({ DeletedDate }) => DeletedDate !== undefined,
    remedy: ({ name }) =>
      `restore it with: aws secretsmanager restore-secret --secret-id ${name}; then import it, or wait until it is deleted`,
  },
  google_iam_workload_identity_pool: {
    describe: ({ workload_identity_pool_id, project }) => [
      ...(["gcloud", "iam", "workload-identity-pools", "describe", workload_identity_pool_id] as const),
      ...["--location=global", `--project=${project}`, "--format=json"],
    ],
    isDeleted: ({ state }) => state === "DELETED",
    remedy: () => "raise federation.generation in config/, for a pool with another id",
  },
  google_logging_project_bucket_config: {
    describe: ({ bucket_id, location, project }) => [
      ...(["gcloud", "logging", "buckets", "describe", bucket_id] as const),
      ...[`--location=${location}`, `--project=${project}`, "--format=json"],
    ],
    isDeleted: ({ lifecycleState }) => lifecycleState === "DELETE_REQUESTED",
    remedy: (object) =>
      `restore it, and the deploy adopts it: ${typeOf("google_logging_project_bucket_config").restore?.(object)}`,
  },
};

/**
 * Planned objects whose name belongs to a deleted one, so that the apply would fail half-way. Uses the person's own
 * `aws` and `gcloud`. Reports nothing if a tool is missing, has no credentials, or lacks permission.
 */
export async function blockedNames(
  { environment, aws, google }: Pick<Intent, "environment" | "aws" | "google">,
  { resource_changes = [] }: PlanJson,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const made = resource_changes.filter(
    ({ type, change }) => Object.hasOwn(BLOCKED, type) && change.actions.includes("create"),
  );
  if (made.length > 0) console.error(`${environment}: asking the clouds for deleted objects of the same names`);
  const found = await Promise.all(
    made.map(async ({ address, type, change }): Promise<readonly string[]> => {
      const { describe, isDeleted, remedy } = BLOCKED[type] as Blocked;
      const object = { project: google.project, ...(change.after as Attributes) };
      const question = describe(object, aws);
      if (change.actions.includes("delete")) {
        const former = describe({ project: google.project, ...(change.before as Attributes) }, aws);
        if (former.join(" ") === question.join(" ")) return [replacement(environment, address)];
      }
      const [program, ...args] = question;
      const { code, out } = await shell(program, args, SECONDS);
      const answer = code === 0 ? jsonIn(out) : undefined;
      if (answer === undefined || !isDeleted(answer)) return [];
      return [`${address}: a deleted object keeps the name\n    ${remedy(object)}`];
    }),
  );
  return found.flat();
}

function replacement(environment: string, address: string): string {
  return (
    `${address}: this plan deletes the object, and its name is then blocked for the new one\n` +
    `    keep it with: terraform -chdir=cdktf.out/stacks/${environment} untaint ${address}`
  );
}
