import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG } from "../process/project";

/** The inputs of a saved plan. A later apply compares them with the current values. */
export interface Manifest {
  readonly version: 1;
  readonly environment: string;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly terraform: string;
  /** Hash of the JSON that `npm run plan` prints, without the parts that differ between equal plans. */
  readonly change: string;
  /** Addresses that are untainted before the plan is applied. */
  readonly repairs?: readonly string[];
  /** SHA-256 of the plan file, of the environment's config files, and so on. */
  readonly plan: string;
  readonly config: string;
  readonly stack: string;
  readonly providerLock: string;
  readonly state: StateId;
}

/** Terraform's own name for one version of a state; both fields are empty if there is none yet. */
export interface StateId {
  readonly serial: number;
  readonly lineage: string;
}

export const NO_STATE: StateId = { serial: 0, lineage: "" };

/** Names of the manifest's parts, for messages about a part that has changed. */
const NAMES = {
  environment: "the environment",
  terraform: "Terraform's version",
  plan: "the plan file",
  config: "the config",
  stack: "the synthesized stack",
  providerLock: "the lock file of the providers",
  state: "the state",
} as const;

/** Each part that has changed since the plan was made, in words. */
export function differences(saved: Manifest, now: Manifest): readonly string[] {
  return (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((part) => JSON.stringify(saved[part]) !== JSON.stringify(now[part]))
    .map((part) => `${NAMES[part]}: was ${shown(saved[part])}, is ${shown(now[part])}`);
}

function shown(value: string | StateId): string {
  if (typeof value === "string") return value.slice(0, 19) || "not there";
  return value.lineage === "" ? "empty" : `serial ${value.serial} of ${value.lineage.slice(0, 8)}`;
}

export function isManifest(value: unknown): value is Manifest {
  const found = value as Manifest | null;
  return typeof found === "object" && found !== null && found.version === 1 && typeof found.state === "object";
}

export function hashOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** Empty if there is no such file. */
export function hashOfFile(path: string): string {
  return existsSync(path) ? hashOf(readFileSync(path)) : "";
}

/** The files that define an environment: all of config/ except the overlays of other environments. */
export function hashOfConfig(others: readonly string[]): string {
  const files = readdirSync(CONFIG)
    .filter((name) => /\.ya?ml$/.test(name) && !others.includes(name.replace(/\.ya?ml$/, "")))
    .sort();
  return hashOf(files.map((name) => `${name}\n${readFileSync(join(CONFIG, name), "utf8")}`).join("\n"));
}
