import { spawnSync } from "node:child_process";

/** Reserved for files, ports and children of a door, and of the door that replaces it when the config changes. */
const RESERVED = 96;

/** Reserved for connections beyond the limit, until each has received its refusal. */
export const REFUSED_AT_A_TIME = 64;

/** Descriptors of one call in addition to its caller's connection: to Envoy, back from it, and to the service. */
const OF_A_CALL = 3;

const MOST_CONNECTIONS = 10_000;

/** How this process's descriptors are divided. */
export interface DescriptorShares {
  /** Limit of concurrent connections from callers. */
  readonly connections: number;
  /** Limit of concurrent calls; others wait. */
  readonly calls: number;
}

/** @param limit as `ulimit -n` prints it: a number, or `unlimited` */
export function descriptorShares(limit: string): DescriptorShares {
  const left = (Number(limit) || Number.POSITIVE_INFINITY) - RESERVED - REFUSED_AT_A_TIME;
  const connections = Math.max(4, Math.min(MOST_CONNECTIONS, Math.floor(left / 2)));
  return { connections, calls: Math.max(1, Math.floor(connections / OF_A_CALL)) };
}

let shares: DescriptorShares | undefined;

/**
 * Returns this process's shares. The shell inherits this process's limit. If it cannot be read, the default of most
 * systems applies.
 */
export function ownShares(): DescriptorShares {
  shares ??= descriptorShares(spawnSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).stdout?.trim() || "1024");
  return shares;
}
