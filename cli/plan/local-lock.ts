import { rmSync } from "node:fs";
import { type CommandError, projectError } from "../process/command-error";
import { takeLock } from "../process/process-lock";
import type { PlanFolder } from "./plan-folder";

const NAME = "lock";

/** Only one run at a time plans or deploys an environment from this folder. The lock of a dead run does not count. */
export async function locked<T>(environment: string, folder: PlanFolder, work: () => Promise<T>): Promise<T> {
  const path = folder.path(NAME);
  const holder = takeLock(path);
  if (holder !== undefined) throw busy(environment, holder);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function busy(environment: string, holder: number): CommandError {
  return projectError(
    `${environment}: process ${holder} plans or deploys it from this folder right now`,
    "wait until it has ended",
  );
}
