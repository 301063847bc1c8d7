import { type Benchmark, figure } from "../measure/figure";
import { medianCost } from "../measure/node-process";
import { interleaved } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";

/** One environment as a whole process: how long people wait before every plan. */
export const synthesis: Benchmark = {
  name: "synthesis",
  title: "synthesis: one environment as a whole process, against a bare cdktf program",
  measure: ({ rounds, environment }) => {
    const [still, edited] = [new ScratchProject(), new ScratchProject()];
    try {
      still.settle(environment);
      const costs = interleaved("synthesis", rounds, {
        bare: () => still.synthesizeBare(),
        unchanged: () => still.synthesize(environment),
        changed: () => {
          edited.editSource();
          return edited.synthesize(environment);
        },
      });
      const [unchanged, changed] = [medianCost(costs.unchanged), medianCost(costs.changed)];
      const { milliseconds: baseline, peakMegabytes: memory } = medianCost(costs.bare);
      return [
        figure("time, sources unchanged", "ms", unchanged.milliseconds, { baseline, times: 1.4 }),
        figure("peak memory, sources unchanged", "MB", unchanged.peakMegabytes, { baseline: memory, times: 1.3 }),
        figure("time, sources changed: new bundles", "ms", changed.milliseconds, { baseline, times: 2.8 }),
      ];
    } finally {
      still.remove();
      edited.remove();
    }
  },
};
