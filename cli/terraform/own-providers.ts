import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandError, projectError } from "../process/command-error";
import { PROVIDER_LOCK, ROOT } from "../process/project";
import { fullSource, isLocked, type LockedProvider, lockedProviders } from "./provider-lock";
import type { Providers, RequiredProvider } from "./providers";

/** Providers of a project in addition to those of every stack. */
export interface OwnProviders {
  /** By their names in a stack, from `providers` of `cdktf.json`. */
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
      return [source.split("/").at(-1), { source: fullSource(source), version }];
    }),
  );
}

function refused(got: unknown, expected: string): CommandError {
  return projectError(
    `cdktf.json, providers: got ${JSON.stringify(got)}, expected ${expected}`,
    "correct or remove it",
  );
}

/** Why a stack may not use a project's own provider: it is not named, has another version, or is not locked. */
export function ownProviderFault(name: string, required: RequiredProvider, own: OwnProviders): string | undefined {
  const at = `terraform.required_providers.${name}`;
  const source = fullSource(required.source);
  const { version } = required;
  const named = Object.hasOwn(own.named, name) ? own.named[name] : undefined;
  if (named === undefined)
    return (
      `${at}: got ${source} ${version}, expected a provider that cdktf.json names\n` +
      `    a plan runs its program with your credentials; if you trust its publisher, add "${source}@${version}" to ` +
      "providers of cdktf.json, and run: npm run lock"
    );
  if (named.source !== source || named.version !== version)
    return (
      `${at}: got ${source} ${version}, expected ${named.source} ${named.version}, as in cdktf.json\n` +
      "    let main.ts and providers of cdktf.json agree, and run: npm run lock"
    );
  if (isLocked(named, own.locked)) return undefined;
  return (
    `${at}: got no checksums of ${source} ${version}, expected them in providers.lock.hcl\n` +
    "    write the file and commit it: npm run lock"
  );
}
