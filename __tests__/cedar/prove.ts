import { BuiltFunction, type Compared, compared } from "./compare";
import { type Drawn, drawEnvironment } from "./environment";
import { FEATURES, featuresOf } from "./features";
import { shrunk } from "./shrink";

/** Requests to each environment. More would repeat its routes, fewer would load more configs. */
const REQUESTS = 400;
/** Differences that are printed in full. */
const MOST_PRINTED = 3;
const PROGRESS_MILLISECONDS = 2000;

export interface ProveProps {
  /** Decisions to compare, at least. */
  readonly count: number;
  readonly seed: number;
  /** The built function, and the script of its thread. */
  readonly artefact: string;
  readonly script: string;
  /** Whether the first difference ends the run, without being printed. */
  readonly bail: boolean;
}

/** Compares the decisions and prints the result. Returns whether all agree and each feature occurred. */
export async function prove({ count, seed, artefact, script, bail }: ProveProps): Promise<boolean> {
  const built = new BuiltFunction(artefact, script);
  const seen = new Map(FEATURES.map((feature) => [feature, 0]));
  const differing: { readonly drawn: Drawn; readonly first: Compared }[] = [];
  const [start, total] = [Date.now(), { decisions: 0, allowed: 0, environments: 0, differences: 0 }];
  let shownAt = start;
  try {
    while (total.decisions < count && !(bail && total.differences > 0)) {
      const drawn = drawEnvironment(seed + total.environments * 0x9e3779b1, REQUESTS);
      total.environments += 1;
      const all = (await compared(built, drawn)) ?? [];
      const decided = all.filter(({ byFunction }) => byFunction !== undefined);
      total.decisions += decided.length;
      total.allowed += decided.filter(({ byFunction }) => byFunction?.allowed).length;
      for (const feature of decided.flatMap((each) => featuresOf(drawn, each))) {
        seen.set(feature, (seen.get(feature) ?? 0) + 1);
      }
      const others = all.filter(({ differs }) => differs);
      total.differences += others.length;
      if (others[0] && differing.length < MOST_PRINTED) differing.push({ drawn, first: others[0] });
      if (Date.now() - shownAt < PROGRESS_MILLISECONDS) continue;
      shownAt = Date.now();
      console.error(`${number(total.decisions)} of ${number(count)} decisions`);
    }
    for (const { drawn, first } of bail ? [] : differing) print(await shrunk(built, drawn, first));
  } finally {
    await built.stop();
  }
  const seconds = (Date.now() - start) / 1000;
  const share = (part: number) => `${((100 * part) / total.decisions).toFixed(1)} %`;
  const refused = total.decisions - total.allowed;
  console.log(
    `${number(total.decisions)} decisions in ${number(total.environments)} environments, ${Math.round(total.decisions / seconds)} per second (--seed ${seed})`,
  );
  console.log(`allowed ${share(total.allowed)}, refused ${share(refused)}`);
  const missing = [...seen].filter(([, times]) => times === 0).map(([feature]) => feature);
  console.log([...seen].map(([feature, times]) => `  ${feature}: ${number(times)}`).join("\n"));
  if (missing.length > 0) console.log(`no decision had: ${missing.join(", ")}\n    raise --count`);
  console.log(`${number(total.differences)} differences`);
  return total.differences === 0 && missing.length === 0;
}

function print({ drawn, first }: { readonly drawn: Drawn; readonly first: Compared }): void {
  const { byFunction, byCedar, request } = first;
  console.log("a difference:");
  for (const [name, value] of Object.entries({
    function: byFunction ?? "the gateway refuses",
    cedar: byCedar ?? "no route takes the request",
    request,
    revoked: drawn.revoked,
    config: drawn.config,
  })) {
    console.log(`  ${name}: ${JSON.stringify(value)}`);
  }
}

function number(value: number): string {
  return value.toLocaleString("en");
}
