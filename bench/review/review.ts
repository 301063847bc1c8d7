import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../cli/process/project";
import { withScratchFolder } from "../../cli/process/scratch-folder";
import { terminalReport } from "../../packages/terraform-access-review/formats";
import { changeOfPlan } from "../../packages/terraform-access-review/plan/from-plan";
import { readPlan } from "../../packages/terraform-access-review/plan/read";
import { mermaid } from "../../packages/terraform-access-review/render/diagram";
import { markdownReport } from "../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../packages/terraform-access-review/render/report";
import { type Benchmark, figure } from "../measure/figure";
import { medianCost, type ProcessCost, runNode } from "../measure/node-process";
import { interleaved, median } from "../measure/rounds";
import { type BigPlan, bigPlan } from "./big-plan";

const RESOURCES = 1000;

/** The maximum cost of the whole report, as a multiple of `JSON.parse` and `JSON.stringify` of the same file. */
const TIMES = 2.5;

/** The maximum memory of the published program, as a multiple of the plan file's size. */
const TIMES_FILE = 6;

/** The maximum time that a review may add to a bare start of Node, in milliseconds. */
const OVERHEAD_MILLISECONDS = 150;

/** The renderings that a pipeline makes of one plan: for the log and for the comment. */
function report({ text, head, base }: BigPlan): number {
  const model = changeOfPlan("bench", readPlan(text), { head, base });
  const made = reportOf(model);
  const diagram = mermaid(model);
  return [terminalReport(made), ...markdownReport(made, { whole: "", diagram })].length;
}

/**
 * Peak memory of `terraform-access-review plan.json`, from the published bundle, and of `JSON.parse` of the file alone.
 * In megabytes above that of a bare `node`.
 */
function peaks(text: string, rounds: number) {
  return withScratchFolder("review", (folder) => {
    const [plan, dist] = [join(folder, "plan.json"), join(folder, "dist")];
    writeFileSync(plan, text);
    const build = JSON.stringify(join(ROOT, "packages", "terraform-access-review", "build.cjs"));
    runNode(["-e", `require(${build}).build(${JSON.stringify(dist)})`], ROOT);
    const parse = `globalThis.plan = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(plan)}, "utf8"))`;
    const costs = interleaved("review: memory", rounds, {
      node: () => runNode(["-e", "0"], ROOT),
      parse: () => runNode(["-e", parse], ROOT),
      program: () => runNode([join(dist, "cli.cjs"), plan], ROOT),
    });
    const above = (each: readonly ProcessCost[]) =>
      medianCost(each).peakMegabytes - medianCost(costs.node).peakMegabytes;
    return { program: above(costs.program), parse: above(costs.parse) };
  });
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** A plan of a thousand resources in this process, and the whole command on the committed stacks. */
export const review: Benchmark = {
  name: "review",
  title: `review: a plan of ${RESOURCES} resources against JSON.parse and JSON.stringify of it; the command against a bare node`,
  measure: ({ rounds }) => {
    const plan = bigPlan(RESOURCES);
    const inProcess = interleaved("review: the plan", rounds * 3, {
      json: () => milliseconds(() => JSON.stringify(JSON.parse(plan.text))),
      report: () => milliseconds(() => report(plan)),
    });
    const processes = interleaved("review: the command", rounds, {
      node: () => runNode(["-e", "0"], ROOT),
      review: () => runNode(["cli/run.cjs", "review", "--base", "HEAD"], ROOT),
    });
    const baseline = plan.text.length / 1_000_000;
    const { program, parse } = peaks(plan.text, rounds);
    const [started, whole] = [medianCost(processes.node), medianCost(processes.review)];
    return [
      figure("read, judge and print a plan", "ms", median(inProcess.report), {
        baseline: median(inProcess.json),
        times: TIMES,
      }),
      figure("  its peak memory, against the file", "MB", program, { baseline, times: TIMES_FILE }),
      figure("  JSON.parse alone, against the file", "MB", parse, { baseline }),
      figure("npm run review, every environment", "ms", whole.milliseconds, { baseline: started.milliseconds }),
      figure("  of which over a bare start", "ms", whole.milliseconds - started.milliseconds, {
        most: OVERHEAD_MILLISECONDS,
      }),
      figure("  peak memory", "MB", whole.peakMegabytes, { baseline: started.peakMegabytes }),
    ];
  },
};
