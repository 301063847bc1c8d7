import type { RequiredProvider } from "./providers";

/** One provider of a lock file. */
export interface LockedProvider {
  /** With its registry: `registry.example/acme/thing`. */
  readonly address: string;
  readonly version: string;
  /** Checksums of its packages, in Terraform's schemes `h1` and `zh`. */
  readonly hashes: readonly string[];
  /** Its block, as Terraform wrote it. */
  readonly text: string;
}

/** The providers of a lock file, in its order. */
export function lockedProviders(lock: string): readonly LockedProvider[] {
  return [...lock.matchAll(/^provider "([^"]+)" \{$.*?^\}$/gms)].map(([text, address = ""]) => ({
    address,
    version: /^\s*version\s*=\s*"([^"]+)"/m.exec(text)?.[1] ?? "",
    hashes: [...text.matchAll(/"((?:h1|zh):[^"]+)"/g)].map(([, hash = ""]) => hash),
    text,
  }));
}

/** Whether a lock file has exactly this version, with checksums. */
export function isLocked(provider: RequiredProvider, locked: readonly LockedProvider[]): boolean {
  return locked.some(
    ({ address, version, hashes }) =>
      isOf(address, provider) && version === provider.version && hashes.some((hash) => hash.length > "h1:".length),
  );
}

/**
 * The part of a lock file that a stack needs. With `-lockfile=readonly`, Terraform refuses a file with providers that
 * the stack does not require.
 */
export function lockFileOf(required: readonly RequiredProvider[], locked: readonly LockedProvider[]): string {
  const needed = locked.filter(({ address }) => required.some((each) => isOf(address, each)));
  return `${needed.map(({ text }) => text).join("\n\n")}\n`;
}

/** A source without a registry refers to the binary's default registry: Terraform's or OpenTofu's. */
function isOf(address: string, { source }: RequiredProvider): boolean {
  const full = fullSource(source);
  return address === full || address.split("/").slice(1).join("/") === full;
}

/** A source as Terraform reads it: without a namespace, it is HashiCorp's. */
export function fullSource(source = ""): string {
  return source.includes("/") ? source : `hashicorp/${source}`;
}
