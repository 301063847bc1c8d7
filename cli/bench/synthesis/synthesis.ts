import type { Benchmark, Figure } from "../measure/figure";
import { inTurns, medianOf } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";

/** One environment as a whole process: how long people wait before every plan. */
export const synthesis: Benchmark = {
  name: "synthesis",
  title: "synthesis: one environment as a whole process, against a bare cdktf program",
  measure: ({ rounds, environment }) => {
    const [still, edited] = [new ScratchProject(), new ScratchProject()];
    try {
      still.settle(environment);
      const costs = inTurns("synthesis", rounds, {
        bare: () => still.synthesizeBare(),
        unchanged: () => still.synthesize(environment),
        changed: () => {
          edited.editSource();
          return edited.synthesize(environment);
        },
      });
      const time = (name: keyof typeof costs) => medianOf(costs[name], ({ milliseconds }) => milliseconds);
      const peak = (name: keyof typeof costs) => medianOf(costs[name], ({ peakMegabytes }) => peakMegabytes);
      return [
        figure("time, sources unchanged", "ms", time("unchanged"), time("bare"), 1.5),
        figure("peak memory, sources unchanged", "MB", peak("unchanged"), peak("bare"), 1.3),
        figure("time, sources changed: new bundles", "ms", time("changed"), time("bare"), 3),
      ];
    } finally {
      still.remove();
      edited.remove();
    }
  },
};

function figure(what: string, unit: "ms" | "MB", measured: number, baseline: number, times: number): Figure {
  return { what, unit, measured, baseline, aim: { times } };
}
