import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../cli/process/project";
import { withScratchFolder } from "../../cli/process/scratch-folder";
import { type Benchmark, figure } from "../measure/figure";
import { medianCost, runNode, SCRIPTS } from "../measure/node-process";
import { interleaved } from "../measure/rounds";

const RUN = join("node_modules", "cloud-front-door", "cli", "run.cjs");

/** A second synthesis in a project that uses the package: how long a user of the tarball waits. */
export const installed: Benchmark = {
  name: "installed",
  title: "installed: one environment of a project that init wrote, with the tarball, against a bare cdktf program",
  measure: ({ rounds }) =>
    withScratchFolder("bench", (folder) => {
      install(folder);
      runNode([RUN, "init", "--yes", "project"], folder);
      const project = join(folder, "project");
      const synthesize = () => runNode([join("..", RUN), "synth", "dev"], project);
      // The first one bundles, and V8 may store its compilation in the second.
      for (const run of [synthesize, synthesize]) run();
      const costs = interleaved("installed", rounds, {
        bare: () => runNode([join(SCRIPTS, "synthesis", "bare-program.cjs"), join(folder, "bare.out")], folder),
        installed: synthesize,
      });
      const [own, bare] = [medianCost(costs.installed), medianCost(costs.bare)];
      return [
        figure("time, second synthesis", "ms", own.milliseconds, { baseline: bare.milliseconds, times: 1.3 }),
        figure("peak memory, second synthesis", "MB", own.peakMegabytes, { baseline: bare.peakMegabytes }),
      ];
    }),
};

/** Installs as npm would, but with packages that are already on this machine. */
function install(folder: string): void {
  const [modules, here] = [join(folder, "node_modules"), join(ROOT, "node_modules")];
  const home = join(modules, "cloud-front-door");
  mkdirSync(home, { recursive: true });
  const pack = [join(ROOT, "packages", "pack.cjs"), `--pack-destination=${folder}`];
  const tarball = execFileSync(process.execPath, pack, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  execFileSync("tar", ["-xzf", join(folder, tarball.trim()), "--strip-components=1", "-C", home]);
  for (const name of readdirSync(here)) {
    if (name !== "cloud-front-door") symlinkSync(join(here, name), join(modules, name));
  }
}
