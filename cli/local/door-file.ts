import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BUILD, shownPath } from "../process/project";
import { writeWhole } from "../process/write-files";

/** How to request a token from an open front door. */
export interface DoorFile {
  /** URL on this machine. */
  readonly url: string;
  /** Secret of the request, new at every start. A user who cannot read the file gets no token. */
  readonly secret: string;
  /** Folder with the log lines of both clouds. */
  readonly logs: string;
}

function pathOf(environment: string): string {
  return join(BUILD, `local.${environment}.json`);
}

/** The file's path as shown to a person: `.build/local.dev.json`. */
export function doorFileName(environment: string): string {
  return shownPath(pathOf(environment));
}

/** Readable by this user only. An earlier door of the same environment gets no further requests. */
export function writeDoorFile(environment: string, content: DoorFile): void {
  writeWhole(pathOf(environment), `${JSON.stringify(content)}\n`, 0o600);
}

/** Undefined if no door of the environment is open, or was killed and left its file behind. */
export function readDoorFile(environment: string): DoorFile | undefined {
  const path = pathOf(environment);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as DoorFile) : undefined;
}

/** Does not remove the file of a door that was opened later. */
export function removeDoorFile(environment: string, { secret }: DoorFile): void {
  if (readDoorFile(environment)?.secret === secret) rmSync(pathOf(environment), { force: true });
}

/** Environments with an open door. */
export function openDoors(): readonly string[] {
  if (!existsSync(BUILD)) return [];
  return readdirSync(BUILD).flatMap((name) => /^local\.([a-z0-9-]+)\.json$/.exec(name)?.[1] ?? []);
}
