import { FROM_ANNOTATION } from "../../contract/rollout";
import { BURN_RATES } from "../../intent/model/slo";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { imageOf, isAllToLatest, targetsOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { ApplyRecord } from "../plan/last-apply";
import { importLines } from "../plan/lost-objects";
import { FILES, type Planner } from "../plan/planner";
import { revisionOf, servicesOf } from "../plan/revisions";
import { CommandError } from "../process/command-error";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";
import { type EarlyEnd, signals } from "../process/signals";
import { diagnosisOf, terraformFailure } from "../terraform/failure";

/**
 * The fields of a `terraform apply -json` message that are read here: Terraform documentation, "Machine-Readable UI".
 */
interface Message {
  readonly type?: string;
  readonly hook?: {
    readonly resource?: { readonly addr?: string };
    readonly action?: string;
    readonly elapsed_seconds?: number;
  };
  readonly diagnostic?: Diagnostic;
  readonly changes?: Readonly<Record<string, number | string>>;
}

interface Diagnostic {
  readonly severity?: string;
  readonly summary?: string;
  readonly detail?: string;
  readonly address?: string;
}

/** An apply that ended with errors of resources. */
export class ApplyFailure extends CommandError {
  constructor(
    message: string,
    exitCode: CommandError["exitCode"],
    /** Each error, with the address of its resource. */
    readonly faults: readonly string[],
  ) {
    super(message, exitCode);
  }
}

/** Past tense by Terraform's verb. */
const DONE: Readonly<Record<string, string>> = {
  create: "created",
  delete: "destroyed",
  update: "changed",
  replace: "replaced",
};

/**
 * Applies the plan in the folder and prints a line for each resource. Throws with Terraform's diagnostics when it
 * fails.
 */
export async function apply(planner: Planner, plan: PlanJson, total: number): Promise<void> {
  const record = new ApplyRecord(planner.folder, total, () => planner.terraform.group);
  const { environment } = planner;
  signals.describeEnd(() => ({
    left: `${record.describe()}; go on with: npm run deploy -- ${environment}`,
    atOnce: `changes in progress may be missing from the state, and the state may stay locked: npm run plan -- ${environment} says what to do`,
  }));
  const faults: (Diagnostic | string)[] = [];
  const outcome = await planner.terraform.start(
    ["apply", "-json", "-input=false", planner.folder.path(FILES.plan)],
    (line) => {
      const message: Message | undefined = line.trim() === "" ? {} : jsonIn(line);
      if (message === undefined) faults.push(line);
      else follow(message, record, faults);
    },
  );
  if (outcome.code === 0) {
    record.write("done");
    signals.describeEnd(() => afterApply(environment));
    return;
  }
  if (!signals.endedAtOnce) record.write(signals.stopped ? "interrupted" : "failed");
  if (signals.stopped) for (const fault of faults.filter((each) => !isOfSignal(each))) console.error(textOf(fault));
  await signals.check();
  const output = [...faults.map(textOf), outcome.stderr].join("\n");
  const { message, exitCode, diagnoses } = terraformFailure(environment, "apply", output);
  const imports = diagnoses.has("exists") ? importLines(planner.intent, plan, record.failures) : [];
  const lines = [message, ...imports, "    completed changes stay; the next plan shows what is left"];
  throw new ApplyFailure(lines.join("\n"), exitCode, faults.map(textOf));
}

function afterApply(environment: string): EarlyEnd {
  return {
    left:
      `every change was applied; see the outputs with: npx cdktf output ${environment}; ` +
      `call the services with: npm run verify -- ${environment} --smoke`,
    atOnce: "every change was applied",
  };
}

/** Whether Terraform skipped the resource, or gave it up, because of a signal. */
function isOfSignal(fault: Diagnostic | string): boolean {
  return typeof fault !== "string" && diagnosisOf(fault.summary ?? "") === "stopped";
}

/** Whether everything failed only because a cloud does not know a service account yet that this plan makes. */
export function isAccountUnknown({ faults }: ApplyFailure, { resource_changes = [] }: PlanJson): boolean {
  const made = resource_changes
    .filter(({ type, change }) => type === "google_service_account" && change.actions.includes("create"))
    .map(({ change }) => `${(change.after as Attributes | null)?.account_id}@`);
  const unknown = faults.map((fault) => /Service account (\S+) does not exist/.exec(fault)?.[1] ?? "");
  return faults.length > 0 && unknown.every((email) => made.some((start) => email.startsWith(start)));
}

function textOf(fault: Diagnostic | string): string {
  if (typeof fault === "string") return fault;
  return [`Error: ${fault.summary ?? ""}`, fault.address, fault.detail].filter(Boolean).join("\n  ");
}

function follow({ type, hook, diagnostic }: Message, record: ApplyRecord, faults: (Diagnostic | string)[]): void {
  const address = hook?.resource?.addr ?? "";
  if (type === "apply_start") record.begin(address);
  if (type === "apply_complete") {
    record.end(address, "done");
    console.error(`    ${address}: ${DONE[hook?.action ?? ""] ?? "done"}, ${hook?.elapsed_seconds ?? 0} s`);
  }
  if (type === "apply_progress") console.error(`    ${address}: still in progress, ${hook?.elapsed_seconds ?? 0} s`);
  if (type === "apply_errored") {
    record.end(address, "failed");
    console.error(`    ${address}: failed, ${hook?.elapsed_seconds ?? 0} s`);
  }
  if (type === "diagnostic" && diagnostic?.severity === "error") faults.push(diagnostic);
}

/** Whether applying a plan would change any resource or output. OpenTofu does not report this itself. */
export function isApplyable({ applyable, output_changes = {}, resource_changes = [] }: PlanJson): boolean {
  if (applyable !== undefined) return applyable;
  const changes = [...Object.values(output_changes), ...resource_changes.map(({ change }) => change)];
  const moves = resource_changes.some(({ previous_address }) => previous_address !== undefined);
  return (
    moves ||
    changes.some(({ actions, importing }) => importing !== undefined || actions.some((each) => each !== "no-op"))
  );
}

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/**
 * Composite alarms that are on, of services whose rollout sends more calls to the new image. The alarms of single
 * windows do not count, because they have no topics. Uses the user's own `aws`. If the alarms cannot be read, that
 * counts as an alarm that is on.
 */
export async function alarmsAgainst(
  plan: PlanJson,
  region: string,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const existing = alarmsIn(plan);
  const found: string[] = [];
  for (const { address, before, after } of servicesOf(plan)) {
    // Exact names: the alarms of a service `orders-slo-x` start like those of `orders`.
    const names = BURN_RATES.map(({ id }) => `${after.name}-slo-${id}`).filter((name) => existing.has(name));
    if (names.length === 0 || !movesCalls(before, after)) continue;
    console.error(`${address}: asking AWS whether ${names.join(" or ")} is on`);
    const { code, out, error } = await shell("aws", [...DESCRIBE, ...names, "--region", region], SECONDS);
    const states = code === 0 ? statesOf(out) : new Map();
    const unread = names.filter((name) => !states.has(name));
    if (unread.length > 0) {
      const why = error.trim().split("\n").at(-1) || `aws does not return ${unread.join(" and ")}`;
      found.push(
        `${address}: its alarms cannot be read: ${why}\n    deploy needs the command aws, signed in, and cloudwatch:DescribeAlarms on *`,
      );
    }
    for (const name of names.filter((each) => states.get(each) === "ALARM")) {
      found.push(
        `${address}: the alarm ${name} is on\n    wait until it is off, or abort with rollout.percent: 0, which no alarm holds up`,
      );
    }
  }
  return found;
}

/** AWS leaves composite alarms out, without an error, where the caller may describe only some alarms. */
const DESCRIBE = [
  ...["cloudwatch", "describe-alarms", "--output", "json"],
  ...["--alarm-types", "CompositeAlarm", "--alarm-names"],
];

interface Alarms {
  readonly CompositeAlarms?: readonly { readonly AlarmName: string; readonly StateValue: string }[];
}

/** States by the alarm's name; empty if the text is not an answer of `aws`. */
function statesOf(out: string): ReadonlyMap<string, string> {
  const { CompositeAlarms = [] }: Alarms = jsonIn(out) ?? {};
  return new Map(CompositeAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
}

/** Names of the composite alarms that exist before the apply. */
function alarmsIn({ resource_changes = [] }: PlanJson): ReadonlySet<unknown> {
  const alarms = resource_changes.filter(({ type }) => type === "aws_cloudwatch_composite_alarm");
  return new Set(alarms.map(({ change }) => (change.before as Attributes | null | undefined)?.alarm_name));
}

/**
 * Whether the apply starts, advances or ends a rollout, and the declared image gets more calls. A return to the previous
 * image never counts. A new image that gets all calls immediately is no rollout.
 */
function movesCalls(before: Attributes, after: Attributes): boolean {
  if (isAllToLatest(before.traffic) && isAllToLatest(after.traffic)) return false;
  const image = imageOf(after);
  return image !== before.annotations?.[FROM_ANNOTATION] && shareOf(after, image) > shareOf(before, image);
}

/** Percent of a service's calls that go to an image. */
function shareOf(service: Attributes, image: string): number {
  if (isAllToLatest(service.traffic)) return imageOf(service) === image ? 100 : 0;
  if (imageOf(service) !== image) return 0;
  return Number(targetsOf(service.traffic).find(({ revision }) => revision === revisionOf(service))?.percent ?? 0);
}
