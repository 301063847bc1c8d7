import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { ScratchProject } from "../scratch-project";

/** An account's own limits: far more than one machine sends. */
const NO_THROTTLE = { ratePerSecond: 10_000, burst: 5_000 };

/** A copy of the project whose environment throttles nothing that a load on this machine could reach. */
export function unthrottledProject(environment: string): ScratchProject {
  const project = new ScratchProject();
  const file = join(project.folder, "config", `${environment}.yaml`);
  const overlay = parseDocument(readFileSync(file, "utf8"));
  overlay.setIn(["gateway", "throttle"], overlay.createNode(NO_THROTTLE));
  writeFileSync(file, String(overlay));
  project.settle(environment);
  return project;
}
