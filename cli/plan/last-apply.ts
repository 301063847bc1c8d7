import type { PlanFolder } from "./plan-folder";

const NAME = "last-apply.json";

/** Where the last apply of an environment from this folder stands; written while it runs. */
export interface LastApply {
  readonly status: "running" | "failed" | "done";
  readonly startedAt: string;
  /** Objects that the plan changes. */
  readonly total: number;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Begun, and not known to have ended. */
  readonly open: readonly string[];
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

  write(status: LastApply["status"]): void {
    const { startedAt, total, done, failed } = this;
    this.folder.write(NAME, { status, startedAt, total, done, failed, open: [...this.open] } satisfies LastApply);
  }
}

/** What a reader must know of an apply that did not get to its end; empty where it did, or there was none. */
export function unfinished(environment: string, folder: PlanFolder): readonly string[] {
  const last = folder.read(NAME) as LastApply | undefined;
  if (last === undefined || last.status === "done" || !Array.isArray(last.done)) return [];
  const what = last.status === "failed" ? "failed" : "was stopped";
  return [
    `${environment}: the apply of ${last.startedAt} ${what} after ${last.done.length} of ${last.total} changes`,
    ...last.failed.map((address) => `    failed: ${address}`),
    ...last.open.map((address) => `    begun, and nobody knows how it ended: ${address}`),
    "    what it did is in the state, as far as Terraform could write it; this plan says what is left",
    ...(last.status === "running" ? ["    if the state is still locked, the plan says so and how to unlock it"] : []),
  ];
}
