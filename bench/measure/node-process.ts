import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, ROOT } from "../../cli/process/project";
import { withScratchFolder } from "../../cli/process/scratch-folder";
import { NotMeasured } from "./figure";
import { median } from "./rounds";

/** Scripts that run in separate processes: plain JavaScript, outside the bundle. */
export const SCRIPTS = join(PACKAGE, "bench");

/** Node settings of a machine that are removed: extra certificates alone add a fifth to the start of every process. */
export const PLAIN_NODE = { NODE_OPTIONS: undefined, NODE_EXTRA_CA_CERTS: undefined };

/** The cost of one process, from its start to its end. */
export interface ProcessCost {
  readonly milliseconds: number;
  /** Largest resident memory, in megabytes. */
  readonly peakMegabytes: number;
}

/** The median of each measurement. */
export function medianCost(costs: readonly ProcessCost[]): ProcessCost {
  return {
    milliseconds: median(costs.map(({ milliseconds }) => milliseconds)),
    peakMegabytes: median(costs.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/** Runs `node <args>` to its end. Throws if the process fails. */
export function runNode(args: readonly string[], cwd: string): ProcessCost {
  return withScratchFolder("cost", (folder) => {
    const peakFile = join(folder, "peak");
    const start = performance.now();
    const done = spawnSync(process.execPath, ["--require", join(SCRIPTS, "measure", "peak-memory.cjs"), ...args], {
      cwd,
      env: { ...process.env, ...PLAIN_NODE, PEAK_MEMORY_FILE: peakFile },
      encoding: "utf8",
    });
    const milliseconds = performance.now() - start;
    if (done.status !== 0) throw new NotMeasured(`node ${args.join(" ")} failed: ${done.stderr.trim()}`);
    return { milliseconds, peakMegabytes: Number(readFileSync(peakFile, "utf8")) / 1_000_000 };
  });
}

/** Runs a script that writes JSON to its third channel. Its standard output is discarded, like a function's log. */
export function askNode<Answer>(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Answer {
  const done = spawnSync(process.execPath, [join(SCRIPTS, script), ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64_000_000,
  });
  if (done.status !== 0) throw new NotMeasured(`${script} failed: ${done.stderr.trim()}`);
  return JSON.parse(done.output[3] ?? "") as Answer;
}
