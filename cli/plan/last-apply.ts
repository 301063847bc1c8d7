import { existsSync } from "node:fs";
import { join } from "node:path";
import { startOf } from "../../packages/local-front-door/processes/door-folders";
import { machineFault } from "../process/machine-fault.cjs";
import { stackFolder } from "../process/project";
import type { PlanFolder } from "./plan-folder";

const NAME = "last-apply.json";

/** Progress of an environment's last apply from this folder, written while it runs. */
export interface LastApply {
  readonly status: "running" | "interrupted" | "failed" | "done";
  readonly startedAt: string;
  /** Objects that the plan changes. */
  readonly total: number;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Addresses of changes that started and are not known to have ended. */
  readonly open: readonly string[];
  /** Process group of its Terraform. The group's first process has the same id. */
  readonly group: number;
  /** Start time of that process. After a restart of the machine, another process may have its id. */
  readonly groupStart?: string;
}

/** Writes the record continuously, so that a killed run leaves one too. */
export class ApplyRecord {
  private readonly startedAt = new Date().toISOString();
  private readonly done: string[] = [];
  private readonly failed: string[] = [];
  private readonly open = new Set<string>();
  private groupStart: string | undefined;
  private isUnwritable = false;

  constructor(
    private readonly folder: PlanFolder,
    private readonly total: number,
    private readonly group: () => number,
  ) {
    this.write("running");
  }

  begin(address: string): void {
    this.open.add(address);
    this.write("running");
  }

  end(address: string, outcome: "done" | "failed"): void {
    this.open.delete(address);
    this[outcome].push(address);
    this.write("running");
  }

  /** Addresses of changes that failed. */
  get failures(): readonly string[] {
    return this.failed;
  }

  /** What was and was not done so far, as part of a sentence. */
  describe(): string {
    const { total, done, failed, open } = this;
    return [
      `${done.length} of ${total} changes were applied`,
      ...(failed.length > 0 ? [`${failed.length} failed`] : []),
      ...(open.size > 0 ? [`${open.size} were begun and have an unknown outcome`] : []),
    ].join(", ");
  }

  write(status: LastApply["status"]): void {
    const { startedAt, total, done, failed } = this;
    const [open, group] = [[...this.open], this.group()];
    if (this.groupStart === undefined && group > 0) this.groupStart = startOf(group);
    const start = this.groupStart === undefined ? {} : { groupStart: this.groupStart };
    const record: LastApply = { status, startedAt, total, done, failed, open, group, ...start };
    try {
      this.folder.write(NAME, record);
    } catch (error) {
      // Once Terraform runs, only Terraform may end the apply. Its state records the same.
      if (group === 0) throw error;
      if (!this.isUnwritable) console.error(machineFault(error) ?? error);
      this.isUnwritable = true;
    }
  }
}

/** Lines on the state of an apply that did not finish, and on what to do. Empty if it finished, or if there was none. */
export function unfinished(environment: string, folder: PlanFolder): readonly string[] {
  const last = folder.read(NAME) as LastApply | undefined;
  if (last === undefined || last.status === "done" || !Array.isArray(last.done)) return [];
  const what = { failed: "failed", interrupted: "was interrupted", running: "was killed" }[last.status];
  const stack = `cdktf.out/stacks/${environment}`;
  const unwritten = existsSync(join(stackFolder(environment), "errored.tfstate"));
  return [
    `${environment}: the apply of ${last.startedAt} ${what} after ${last.done.length} of ${last.total} changes`,
    ...last.failed.map((address) => `    failed: ${address}`),
    ...last.open.map((address) => `    begun, with an unknown outcome: ${address}`),
    ...(unwritten
      ? [
          `    write the state that it could not write: terraform -chdir=${stack} state push errored.tfstate, and remove that file`,
        ]
      : ["    its changes are in the state, as far as Terraform could write it; this plan shows what is left"]),
    ...(last.status === "running" ? afterKill(stack, last) : []),
  ];
}

function afterKill(stack: string, last: LastApply): readonly string[] {
  return [
    ...stillRuns(last),
    `    if the state is locked: terraform -chdir=${stack} force-unlock <ID>, with the ID that the refusal names`,
    "    if this plan creates a resource that exists: docs/how-to/troubleshooting.md#an-object-that-no-state-has",
  ];
}

/** Terraform ends cleanly on SIGINT. Providers that it left behind ignore SIGINT, and have no work left. */
function stillRuns({ group, groupStart }: LastApply): readonly string[] {
  if (!(group > 0)) return [];
  const now = startOf(group);
  // Another process has the id now, so the old one has ended, and so have Terraform and its group.
  if (now !== undefined && groupStart !== undefined && now !== groupStart) return [];
  if (now !== undefined)
    return [`    its Terraform still runs: wait for process ${group}, or stop it: kill -INT ${group}`];
  return hasProcesses(group) ? [`    its providers still run: end them with: kill -KILL -- -${group}`] : [];
}

function hasProcesses(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Addresses of changes of the last apply that failed, or whose outcome is unknown; empty if it finished. */
export function unknownCreations(folder: PlanFolder): readonly string[] {
  const { status, failed = [], open = [] } = (folder.read(NAME) as Partial<LastApply> | undefined) ?? {};
  return status === "done" || !Array.isArray(failed) || !Array.isArray(open) ? [] : [...failed, ...open];
}

/** Removes the record of an apply once a later plan shows that the apply left nothing to do. */
export function forgetSettledApply(folder: PlanFolder): void {
  folder.remove(NAME);
}
