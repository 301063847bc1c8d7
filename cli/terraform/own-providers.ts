import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandError, projectError } from "../process/command-error";
import { PROVIDER_LOCK, ROOT } from "../process/project";
import { fullSource, isLocked, type LockedProvider, lockedProviders } from "./provider-lock";
import { PROVIDERS, type Providers, type RequiredProvider } from "./providers";

/** The providers that a project chose. */
export interface OwnProviders {
  /**
   * By their names in a stack, from `providers` of `cdktf.json`: further providers, and newer versions of those that
   * every stack has.
   */
  readonly named: Providers;
  /** Contents of `providers.lock.hcl`; empty if there is none. */
  readonly locked: readonly LockedProvider[];
}

export const NO_PROVIDERS: OwnProviders = { named: {}, locked: [] };

/**
 * The own providers of this checkout. In a pipeline that is the base branch, so a branch cannot add a provider for its
 * own plan.
 *
 * @throws CommandError if an entry of `cdktf.json` has no exact version
 */
export function ownProviders(): OwnProviders {
  const { providers = [] } = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  const locked = existsSync(PROVIDER_LOCK) ? lockedProviders(readFileSync(PROVIDER_LOCK, "utf8")) : [];
  return { named: namedProviders(providers), locked };
}

const ENTRY = /^((?:[\w.-]+\/){0,2}[\w-]+)@(\d+\.\d+\.\d+(?:-[\w.]+)?)$/;

/** @param entries such as `hashicorp/random@3.7.2`. cdktf's own `terraformProviders` would make cdktf want `cdktf get` */
export function namedProviders(entries: unknown): Providers {
  if (!Array.isArray(entries)) throw refused(entries, "a list");
  return Object.fromEntries(
    entries.map((entry) => {
      const [, source = "", version] = ENTRY.exec(String(entry)) ?? [];
      if (version === undefined)
        throw refused(entry, 'a source and an exact version, such as "hashicorp/random@3.7.2"');
      const name = source.split("/").at(-1) ?? "";
      const named = { source: fullSource(source), version };
      const tested = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
      if (tested !== undefined && !isNewerMinor(named, tested)) {
        throw refused(
          entry,
          `${tested.source}, ${tested.version} or a newer release of the same major version, which this program's classes fit`,
        );
      }
      return [name, named];
    }),
  );
}

/** Whether classes and tables that were made for one version fit the other: semantic versioning within a major version. */
function isNewerMinor({ source, version }: RequiredProvider, tested: RequiredProvider): boolean {
  const [major, minor, patch] = version.split(".").map(Number) as [number, number, number];
  const [testedMajor, testedMinor, testedPatch] = tested.version.split(".").map(Number) as [number, number, number];
  const isNotOlder = minor > testedMinor || (minor === testedMinor && patch >= testedPatch);
  // The patch level of a pre-release is not a number.
  return source === tested.source && major === testedMajor && isNotOlder && !Number.isNaN(patch);
}

/** The providers of every stack, in the versions that the project chose. */
export function chosenProviders({ named }: OwnProviders): Providers {
  return Object.fromEntries(Object.entries(PROVIDERS).map(([name, tested]) => [name, named[name] ?? tested]));
}

/** Providers that only this project has. */
export function furtherProviders({ named }: OwnProviders): readonly string[] {
  return Object.keys(named).filter((name) => !Object.hasOwn(PROVIDERS, name));
}

function refused(got: unknown, expected: string): CommandError {
  return projectError(
    `cdktf.json, providers: got ${JSON.stringify(got)}, expected ${expected}`,
    "correct or remove it",
  );
}

/** What this program does not know about a newer provider that the project chose, one sentence for each. */
export function newerNotes(own: OwnProviders): readonly string[] {
  return Object.entries(chosenProviders(own)).flatMap(([name, { source, version }]) => {
    const tested = PROVIDERS[name]?.version;
    if (version === tested) return [];
    return (
      `${source} ${version} is newer than the schema that reviews read (${tested}): its new arguments are NOT READ, and the ` +
      "pipeline may lack a permission that it needs"
    );
  });
}

/** Why a stack may not use a provider that the project must choose: it is not named, has another version, or is not locked. */
export function ownProviderFault(name: string, required: RequiredProvider, own: OwnProviders): string | undefined {
  const at = `terraform.required_providers.${name}`;
  const source = fullSource(required.source);
  const { version } = required;
  const named = Object.hasOwn(own.named, name) ? own.named[name] : undefined;
  if (named === undefined)
    return (
      `${at}: got ${source} ${version}, expected a provider that cdktf.json names\n` +
      `    a plan runs its program with your credentials; if you trust its publisher, add "${source}@${version}" to ` +
      "providers of cdktf.json, and run: npx front-door lock"
    );
  if (named.source !== source || named.version !== version)
    return (
      `${at}: got ${source} ${version}, expected ${named.source} ${named.version}, as in cdktf.json\n` +
      "    let main.ts and providers of cdktf.json agree, and run: npx front-door lock"
    );
  if (isLocked(named, own.locked)) return undefined;
  return (
    `${at}: got no checksums of ${source} ${version}, expected them in providers.lock.hcl\n` +
    "    write the file and commit it: npx front-door lock"
  );
}
