import type { Figure } from "./figure";

/** One group of figures: `npm run bench -- --only <name>`. */
export interface Benchmark {
  readonly name: string;
  /** Says what is measured, and against what. */
  readonly title: string;
  /** Throws `NotMeasured` where it cannot. */
  readonly measure: (context: BenchmarkContext) => readonly Figure[] | Promise<readonly Figure[]>;
}

export interface BenchmarkContext {
  /** How often everything is run, beside once to warm up. */
  readonly rounds: number;
  /** The environment of the committed config that stands for a project of ordinary size. */
  readonly environment: string;
}
