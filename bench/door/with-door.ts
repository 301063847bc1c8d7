import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readIntents, select } from "../../cli/synthesis/intents";
import { ScratchProject } from "../measure/scratch-project";
import { DoorProcess, startServer } from "./door-process";

/** An account's default limits: far more than one machine sends. */
const NO_THROTTLE = { ratePerSecond: 10_000, burst: 5_000 };

export interface DoorAndService {
  /** Port of the service behind every route. The service does nothing. */
  readonly port: number;
  open(): Promise<DoorProcess>;
}

/** Calls back with an environment's local front door, with throttles above any load that this machine could reach. */
export async function withDoor<T>(environment: string, work: (door: DoorAndService) => Promise<T>): Promise<T> {
  const project = unthrottledProject(environment);
  const service = await startServer();
  const opened: DoorProcess[] = [];
  try {
    const [intent] = select(readIntents(), [environment]);
    const ports = Object.fromEntries((intent?.services ?? []).map(({ id }) => [id, service.port]));
    const open = async () => {
      const door = await DoorProcess.open({ folder: project.folder, environment, ports });
      opened.push(door);
      return door;
    };
    return await work({ port: service.port, open });
  } finally {
    for (const door of opened) await door.close();
    service.stop();
    project.remove();
  }
}

/** A copy of the project. */
function unthrottledProject(environment: string): ScratchProject {
  const project = new ScratchProject();
  const file = join(project.folder, "config", `${environment}.yaml`);
  const overlay = parseDocument(readFileSync(file, "utf8"));
  overlay.setIn(["gateway", "throttle"], overlay.createNode(NO_THROTTLE));
  writeFileSync(file, String(overlay));
  project.settle(environment);
  return project;
}
