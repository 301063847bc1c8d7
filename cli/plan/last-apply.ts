import { existsSync } from "node:fs";
import { join } from "node:path";
import { stackFolder } from "../project";
import type { PlanFolder } from "./plan-folder";

const NAME = "last-apply.json";

/** Where the last apply of an environment from this folder stands; written while it runs. */
export interface LastApply {
  readonly status: "running" | "interrupted" | "failed" | "done";
  readonly startedAt: string;
  /** Objects that the plan changes. */
  readonly total: number;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Begun, and not known to have ended. */
  readonly open: readonly string[];
  /** Process group of its Terraform. */
  readonly group: number;
}

/** Keeps the record, so that a killed run leaves one as well. */
export class ApplyRecord {
  private readonly startedAt = new Date().toISOString();
  private readonly done: string[] = [];
  private readonly failed: string[] = [];
  private readonly open = new Set<string>();

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
    this.folder.write(NAME, { status, startedAt, total, done, failed, open, group } satisfies LastApply);
  }
}

/** What a reader must know of an apply that did not get to its end, and what to do; empty where it did, or there was none. */
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
      ? [`    write the state that it could not write: terraform -chdir=${stack} state push errored.tfstate`]
      : ["    what it did is in the state, as far as Terraform could write it; this plan says what is left"]),
    ...(last.status === "running" ? afterKill(stack, last.group) : []),
  ];
}

function afterKill(stack: string, group: number): readonly string[] {
  return [
    ...stillRuns(group),
    `    if the state is locked: terraform -chdir=${stack} force-unlock <ID>, with the ID that the refusal names`,
    `    if this plan creates what exists: terraform -chdir=${stack} import <address> <ID in the cloud>`,
  ];
}

/** A Terraform ends in order on SIGINT. Providers that it left ignore that, and have nothing to wait for. */
function stillRuns(group: number): readonly string[] {
  if (!(group > 0)) return [];
  if (isAlive(group))
    return [`    its Terraform still runs: wait for process ${group}, or stop it: kill -INT ${group}`];
  return isAlive(-group) ? [`    its providers still run: end them with: kill -KILL -- -${group}`] : [];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Forgets an apply that a later plan has found nothing left of. */
export function settled(folder: PlanFolder): void {
  folder.remove(NAME);
}
