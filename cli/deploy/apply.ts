import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { ApplyRecord } from "../plan/last-apply";
import { importLines } from "../plan/lost-objects";
import { FILES, type Planner } from "../plan/planner";
import { CommandError } from "../process/command-error";
import { jsonIn } from "../process/json";
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
