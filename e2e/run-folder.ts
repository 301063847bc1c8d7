import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refuseLink } from "../cli/plan/plan-folder";
import { projectError } from "../cli/process/command-error";
import { heldLock, releaseLock, takeLock } from "../cli/process/process-lock";
import { ROOT } from "../cli/process/project";
import { writeWhole } from "../cli/process/write-files";
import type { Verdict } from "../cli/verify/probes";

/** The environments of a run, each with another handshake or kind of API, in the order of their proof. */
export const ENVIRONMENTS = ["http", "rest", "envoy"] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** One question that a run answers about the real clouds. */
export interface Finding {
  readonly id: string;
  readonly question: string;
  /** The assumption of the code that it confirms or refutes. Undefined: that the deployment is what was reviewed. */
  readonly settles?: string;
  readonly verdict: Verdict;
}

/** A step of the proof of one environment. */
export interface StepRecord {
  readonly environment: EnvironmentName;
  readonly step: string;
  readonly startedAt: string;
  /** Undefined while it runs, and if the run was killed in it. */
  readonly seconds?: number;
  /** Why it did not end, in words. */
  readonly failure?: string;
  readonly findings: readonly Finding[];
}

/** Everything that a run knows. It is on disk before anything exists in a cloud, and has no secret. */
export interface RunRecord {
  /** Starts the name of every object that the run makes, and is the value of their tag. */
  readonly run: string;
  readonly startedAt: string;
  readonly aws: { readonly account: string; readonly region: string; readonly role: string };
  readonly google: { readonly project: string; readonly number: string; readonly region: string };
  /** The person in Google Cloud who may act as the deploy identity. Undefined: the own identities deploy. */
  readonly operator?: string;
  readonly image: string;
  /** The image of the canary. */
  readonly nextImage: string;
  /** Empty without the environment `envoy`. */
  readonly envoyImage: string;
  readonly environments: readonly EnvironmentName[];
  /** Objects of which an account has one, and which the run makes because the account has none. */
  readonly owns: { readonly identityProvider: boolean; readonly loggingRole: boolean };
  /** Services whose audit logs a state of the run has had. */
  readonly audits?: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly steps: readonly StepRecord[];
  /** The last process that the run started, and its start. A killed run may have left it running. */
  readonly child?: { readonly pid: number; readonly start: string | undefined };
  /** When nothing of the run was left in either cloud. */
  readonly removedAt?: string;
}

/** The folder of all runs. It holds states with secrets: only its owner may read it, and git ignores it. */
const RUNS = join(ROOT, ".e2e");
const RECORD = "run.json";

function openRuns(): void {
  refuseLink(RUNS);
  mkdirSync(RUNS, { recursive: true, mode: 0o700 });
  // Also if the folder had other permissions before.
  chmodSync(RUNS, 0o700);
  writeFileSync(join(RUNS, ".gitignore"), "*\n");
}

/** The folder of one run: its record, its report, and a project for each environment. */
export class RunFolder {
  private record: RunRecord;

  private constructor(
    readonly folder: string,
    record: RunRecord,
  ) {
    this.record = record;
  }

  static create(record: RunRecord): RunFolder {
    openRuns();
    const folder = join(RUNS, record.run);
    mkdirSync(folder, { mode: 0o700 });
    const made = new RunFolder(folder, record);
    made.save(record);
    return made;
  }

  /** All runs in this clone. A removal trusts a run's name, so it is that of the folder. */
  static all(): readonly RunFolder[] {
    const isRun = (name: string) => /^fde-[a-z0-9]{6}$/.test(name) && existsSync(join(RUNS, name, RECORD));
    return (existsSync(RUNS) ? readdirSync(RUNS) : []).filter(isRun).map((run) => {
      const folder = join(RUNS, run);
      return new RunFolder(folder, { ...JSON.parse(readFileSync(join(folder, RECORD), "utf8")), run });
    });
  }

  /** Runs of which something may be left in a cloud. */
  static left(): readonly RunFolder[] {
    return RunFolder.all().filter(({ now }) => now.removedAt === undefined);
  }

  get now(): RunRecord {
    return this.record;
  }

  save(record: RunRecord): void {
    this.write(RECORD, record);
    this.record = record;
  }

  /** The project of an environment. */
  project(environment: EnvironmentName): string {
    return join(this.folder, environment);
  }

  write(name: string, value: object): string {
    const path = join(this.folder, name);
    writeWhole(path, `${JSON.stringify(value, null, 2)}\n`, 0o600);
    return path;
  }

  /** Removes the projects, which may hold a state with secrets. Record and report stay. */
  removeProjects(): void {
    for (const each of ENVIRONMENTS) rmSync(this.project(each), { recursive: true, force: true });
  }
}

/**
 * Only one command at a time makes or removes objects from this project. The lock of a killed one does not count.
 *
 * @throws CommandError if another command does
 */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  openRuns();
  const lock = join(RUNS, "lock");
  const holder = takeLock(lock);
  if (holder !== undefined)
    throw heldLock(holder, (process) => `e2e: ${process} makes or removes a run of this project`);
  try {
    return await work();
  } finally {
    releaseLock(lock);
  }
}

/** @throws CommandError if an earlier run may still have objects in the clouds */
export function assertAllRemoved(): void {
  const left = RunFolder.left();
  if (left.length === 0) return;
  throw projectError(
    `${left.map(({ now }) => now.run).join(", ")}: an earlier run was not removed from the clouds`,
    "remove it first: npm run e2e -- --clean",
  );
}
