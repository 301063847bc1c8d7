import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { driftReviews, FORMATS, type Reviewed, reviewedOf } from "../../packages/terraform-access-review/formats";
import type { FailOn } from "../../packages/terraform-access-review/judge/fail-on";
import { withKeys } from "../../packages/terraform-access-review/judge/keys";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { assertNone } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { configUrls } from "../process/place-urls";
import { stackFolder } from "../process/project";
import { type EarlyEnd, signals } from "../process/signals";
import { writeWhole } from "../process/write-files";
import { demandApproval, failOn } from "../review/approval";
import { locateIn } from "../review/locate";
import { intoOut } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { synthesize } from "../synthesis/synthesis";
import { commandTerraform } from "../terraform/binary";
import { ownProviders } from "../terraform/own-providers";
import { lockFileOf } from "../terraform/provider-lock";
import { describePlanners, plannedBy } from "../terraform/providers";
import { ScratchStack } from "../terraform/scratch";
import { assertRunsNothing } from "../terraform/stack-contents";
import { Terraform } from "../terraform/terraform";
import { unfinished } from "./last-apply";
import { foreignObjects, lostObjects } from "./lost-objects";
import { locked } from "./plan-folder";
import { FILES, type Planned, Planner, planFolderOf } from "./planner";
import { refusedHalfway } from "./refused-halfway";
import { unknownRevisions } from "./revisions";

/** Options of the command. Its help describes each of them. */
export interface PlanOptions {
  readonly format?: string;
  readonly out?: string;
  readonly failOn?: string;
  readonly asSynthesized?: boolean;
  readonly withoutAccounts?: boolean;
}

/**
 * `npm run plan -- env`: a deploy's changes, including those that only a plan can show. The plan is saved, so it can be
 * applied.
 */
export async function plan(environment: string, options: PlanOptions): Promise<void> {
  if (options.withoutAccounts) return planWithoutAccounts(environment);
  const { reasons, print } = outputOf(options);
  await signals.during(environment, earlyEnd(environment), async () => {
    const folder = planFolderOf(environment);
    const planned = await locked(environment, folder, async () => {
      for (const line of unfinished(environment, folder)) console.error(line);
      return keep(new Planner(environment, options));
    });
    const { intent, plan } = planned;
    signals.describeEnd(() => ({ left: "the plan is made and kept in .plans/", atOnce: "nothing was changed" }));
    print(planned);
    for (const line of [...unknownRevisions(plan), ...quotaLines(environment, plan)]) console.error(line);
    for (const line of await signals.unlessStopped(() => refusedHalfway(intent, plan))) console.error(line);
    demandApproval([reviewed(planned)], reasons, () => intent.expectedChanges);
  });
}

/** Plans, and saves plan, change and manifest together. */
export async function keep(planner: Planner): Promise<Planned> {
  planner.folder.remove(FILES.manifest);
  try {
    await planner.init();
    const planned = await withLost(planner, await planner.make());
    const manifest = await planner.manifest(planned.hash, planned.repairs);
    await signals.check();
    planner.folder.write(FILES.change, withHash(planned));
    planner.folder.write(FILES.manifest, manifest);
    return planned;
  } catch (error) {
    // Without a manifest the plan is useless, and it contains secrets.
    planner.folder.remove(FILES.plan);
    throw error;
  }
}

/** The same plan with imports in place of creations of what the last apply made, if no state has it. */
async function withLost(planner: Planner, planned: Planned): Promise<Planned> {
  const { intent, folder, environment } = planner;
  // An untainted plan is made again, without the imports.
  if (planned.repairs.length > 0) return planned;
  const lost = await signals.unlessStopped(() => lostObjects(intent, planned.plan, folder));
  if (lost.length === 0) return planned;
  const imported = await planner.importing(lost);
  const remedy = `remove or rename it, or take it over by an import (docs/reference/optional-files.md#imports)`;
  assertNone(foreignObjects(imported.plan, planned.head.stack), `    ${remedy}\n${environment}: nothing was planned`);
  return imported;
}

function earlyEnd(environment: string): EarlyEnd {
  return {
    left: `no plan was kept, and nothing was changed; start again with: npm run plan -- ${environment}`,
    atOnce: `the state may stay locked: npm run plan -- ${environment} says so, and how to unlock it`,
  };
}

/**
 * Checks the options before any slow step.
 *
 * @param reviewsOf the reports on a plan, in order
 */
export function outputOf(
  { format = "terminal", out, failOn: reasons }: PlanOptions,
  reviewsOf: (planned: Planned) => readonly Reviewed[] = (planned) => [reviewed(planned)],
): {
  readonly reasons: readonly FailOn[];
  readonly print: (planned: Planned) => void;
} {
  // JSON includes the hash that an approval refers to.
  const render = format === "json" ? undefined : formatNamed(format, FORMATS);
  const text = (planned: Planned) =>
    render === undefined
      ? `${JSON.stringify([withKeys(withHash(planned))], null, 2)}\n`
      : render(reviewsOf(planned), `npm run plan -- ${planned.model.environment}`);
  return {
    reasons: failOn(reasons),
    print: (planned) => {
      if (out === undefined) process.stdout.write(text(planned));
      else writeWhole(resolve(out), text(planned));
    },
  };
}

/** The fields of `npm run plan`'s JSON that an approval refers to. */
export interface HashedChange extends ChangeModel {
  /** Hash of all other fields except `unchanged` and `driftAccess`. Two plans of the same change have the same hash. */
  readonly hash: string;
}

function withHash({ model, hash }: Planned): HashedChange {
  return { ...model, hash };
}

export function reviewed({ model, origins }: Planned): Reviewed {
  return reviewedOf(model, locateIn(origins, configUrls()));
}

/** Two reports if there is drift: on what was changed outside Terraform, and on the next deploy. */
export function driftReviewed({ model, origins }: Planned): readonly Reviewed[] {
  return driftReviews(model, locateIn(origins, configUrls()));
}

/**
 * Seconds between two calls that API Gateway accepts of an account in a region ("Quotas for creating, deploying and managing
 * an API"). AWS raises none of them.
 */
const SECONDS_BETWEEN: Readonly<Record<string, number>> = {
  CreateApiKey: 0.2,
  CreateDeployment: 5,
  CreateDomainName: 30,
  CreateResource: 0.2,
  CreateRestApi: 3,
  DeleteApiKey: 0.2,
  DeleteDomainName: 30,
  DeleteResource: 0.2,
  DeleteRestApi: 30,
  UpdateAccount: 20,
  UpdateDomainName: 30,
  UpdateUsagePlan: 20,
};
/** The same for all calls together, of which a burst passes at once. */
const ANY = { secondsBetween: 0.1, burst: 40 };

const GATEWAY = /^aws_api_?gateway(?:v2)?_/;
const VERBS: Readonly<Record<string, string>> = { create: "Create", delete: "Delete", update: "Update" };

/** The gateway's calls of an apply, and how long they take at least. */
interface ThrottledCalls {
  /** Number of calls that write, by operation: `UpdateUsagePlan`. */
  readonly byOperation: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Counts one call for each action of a plan on an object of API Gateway, and one that reads the object after it. */
export function throttledCalls({ resource_changes = [] }: PlanJson): ThrottledCalls {
  const operations = resource_changes
    .filter(({ type }) => GATEWAY.test(type))
    .flatMap(({ type, change }) => change.actions.flatMap((action) => operationOf(type, action)));
  const byOperation: Record<string, number> = {};
  for (const operation of operations) byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  const each = Object.entries(byOperation).map(([name, calls]) => (SECONDS_BETWEEN[name] ?? 0) * (calls - 1));
  const all = (2 * operations.length - ANY.burst) * ANY.secondsBetween;
  return { byOperation, seconds: Math.max(0, all, ...each) };
}

/** `UpdateUsagePlan`: operations are named after the objects. An account is only ever updated. */
function operationOf(type: string, action: string): readonly string[] {
  const verb = VERBS[action];
  if (verb === undefined) return [];
  const name = type
    .replace(GATEWAY, "")
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return [`${name === "Account" ? "Update" : verb}${name}`];
}

/** What `npm run plan` says if an apply takes a minute at least. */
export function quotaLines(environment: string, plan: PlanJson): readonly string[] {
  const { byOperation, seconds } = throttledCalls(plan);
  if (seconds < 60) return [];
  const most = Object.entries(byOperation).sort(([, one], [, other]) => other - one);
  const counted = most.map(([name, calls]) => `${calls} ${name}`).join(", ");
  return [
    `${environment}: API Gateway limits calls that change it: this apply takes at least ${Math.ceil(seconds / 60)} min\n` +
      `    ${counted} (docs/reference/limits.md#changes-of-an-api)`,
  ];
}

/** The plan of a first deploy to both clouds, as Terraform prints it. Needs no account, and keeps nothing. */
async function planWithoutAccounts(environment: string): Promise<void> {
  await signals.during(environment, STANDING, async () => {
    const binary = commandTerraform();
    intoOut((draft) => synthesize(select(readIntents(), [environment]), draft));
    const own = ownProviders();
    assertRunsNothing(
      environment,
      JSON.parse(readFileSync(join(stackFolder(environment), "cdk.tf.json"), "utf8")),
      own,
    );
    const scratch = new ScratchStack(stackFolder(environment));
    try {
      // Stand-ins may replace the providers of every stack, so only the project's own are held to their checksums.
      writeFileSync(join(scratch.folder, ".terraform.lock.hcl"), lockFileOf(Object.values(own.named), own.locked));
      await show(new Terraform(binary, scratch.folder), environment);
    } finally {
      scratch.remove();
    }
  });
}

const STANDING = {
  left: "nothing was changed",
  atOnce: "a folder front-door-* may stay in the temporary folder",
} as const;

async function show(terraform: Terraform, environment: string): Promise<void> {
  const fetching = `${environment}: fetching the providers (terraform init); the first time takes minutes`;
  await terraform.step(environment, "init", fetching, ["-input=false", "-no-color"]);
  // The plan stays in memory, because a plan file would hold secrets in plain text.
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? [] : ["-no-color"];
  const planning = `${environment}: planning, against an empty state and with no account`;
  await terraform.show(environment, "plan", planning, ["-input=false", "-lock=false", ...colours]);
  console.error(describePlanners(plannedBy(terraform.folder)));
}
