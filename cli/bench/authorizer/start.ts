import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../measure/figure";
import { askNode } from "../measure/node-process";
import { inTurns, median } from "../measure/rounds";
import { withAuthorizer } from "./artefact";

/** One start is short and noisy, so each round has several. */
const STARTS_PER_ROUND = 3;

/** What a cold start adds to Node's own: loading the bundle, its imports, and the policy. */
export const authorizerStart: Benchmark = {
  name: "start",
  title: "start: a new process until the authorizer's handler is loaded, against an empty handler",
  measure: ({ rounds, environment }) =>
    withAuthorizer(environment, (artefact) => {
      const empty = join(artefact.folder, "empty.mjs");
      writeFileSync(empty, "export function callers() {}\n");
      const start = (module: string) => () =>
        askNode<number>("authorizer/load-handler.cjs", [module], artefact.environment);
      const times = inTurns("start", rounds * STARTS_PER_ROUND, {
        empty: start(empty),
        authorizer: start(artefact.module),
      });
      const [authorizer, baseline] = [median(times.authorizer), median(times.empty)];
      return [
        { what: "time to a loaded handler", unit: "ms", measured: authorizer, baseline },
        { what: "  of it the authorizer's own", unit: "ms", measured: authorizer - baseline },
      ];
    }),
};
