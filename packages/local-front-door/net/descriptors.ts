import { spawnSync } from "node:child_process";

/** For files, ports and children of a door, and of the one that takes its place when the config changes. */
const RESERVED = 96;

/** For connections beyond the limit, each until it has its refusal. */
export const REFUSED_AT_A_TIME = 64;

/** A call under way takes these in addition to its caller's connection: to Envoy, from there back, and to the service. */
const OF_A_CALL = 3;

const MOST_CONNECTIONS = 10_000;

/** How this process's descriptors are shared out. */
export interface DescriptorShares {
  /** Callers' connections at a time. */
  readonly connections: number;
  /** Calls under way at a time; others wait. */
  readonly calls: number;
}

/** @param limit as `ulimit -n` says it: a number, or `unlimited` */
export function descriptorShares(limit: string): DescriptorShares {
  const left = (Number(limit) || Number.POSITIVE_INFINITY) - RESERVED - REFUSED_AT_A_TIME;
  const connections = Math.max(4, Math.min(MOST_CONNECTIONS, Math.floor(left / 2)));
  return { connections, calls: Math.max(1, Math.floor(connections / OF_A_CALL)) };
}

let shares: DescriptorShares | undefined;

/** This process's shares. A child inherits its limit. Where that cannot be asked for, it is what most systems give. */
export function ownShares(): DescriptorShares {
  shares ??= descriptorShares(spawnSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).stdout?.trim() || "1024");
  return shares;
}
