import { statSync } from "node:fs";
import { join } from "node:path";
import { BUILD } from "../../cli/process/project";
import { type Benchmark, figure } from "../measure/figure";

/** In kB. Lambda loads, and V8 compiles, all of it before the first answer. */
const AIM = 32;

/** The contents of the function, minified. */
export const authorizerSize: Benchmark = {
  name: "size",
  title: "size: the authorizer's bundle, minified",
  measure: () => {
    const { size } = statSync(join(BUILD, "authorizer.mjs"));
    return [figure("whole bundle", "kB", size / 1000, { most: AIM })];
  },
};
