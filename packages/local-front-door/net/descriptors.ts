import { spawnSync } from "node:child_process";

/** Reserved for files, ports and children of a door, and of the door that replaces it when the config changes. */
const RESERVED = 96;

/** Reserved for connections beyond the limit, until each has received its refusal. */
export const REFUSED_AT_A_TIME = 64;

/** Descriptors of one call in addition to its caller's connection: to Envoy, back from it, and to the service. */
const OF_A_CALL = 3;

const MOST_CONNECTIONS = 10_000;

/** With fewer descriptors, a door could not start its processes, or would refuse a handful of callers. */
export const LEAST_DESCRIPTORS = 192;

/** How this process's descriptors are divided. */
export interface DescriptorShares {
  /** Limit of concurrent connections from callers. */
  readonly connections: number;
  /** Limit of concurrent calls; others wait. */
  readonly calls: number;
}

/** @param limit at least `LEAST_DESCRIPTORS` */
export function descriptorShares(limit: number): DescriptorShares {
  const connections = Math.min(MOST_CONNECTIONS, Math.floor((limit - RESERVED - REFUSED_AT_A_TIME) / 2));
  return { connections, calls: Math.floor(connections / OF_A_CALL) };
}

let limit: number | undefined;

/**
 * How many files, ports and connections this process may have open at a time. The shell inherits this process's limit.
 * If it cannot be read, the default of most systems applies.
 */
export function descriptorLimit(): number {
  if (limit !== undefined) return limit;
  const { stdout } = spawnSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" });
  // `unlimited` is no number.
  limit = Number(stdout?.trim() || "1024") || Number.POSITIVE_INFINITY;
  return limit;
}

export function ownShares(): DescriptorShares {
  return descriptorShares(descriptorLimit());
}
