import { join } from "node:path";
import { envoyBinary } from "../../packages/local-front-door/envoy/binary";
import { BuiltFunction, type Compared, compared, comparedWith, type Recorded, recorded } from "./compare";
import { type Drawn, drawEnvironment } from "./environment";
import { drawForEnvoy, RealEnvoys } from "./envoy";
import { FEATURES, FEATURES_OF_ENVOY, featuresOf } from "./features";
import { shrunk } from "./shrink";

/** Requests to each environment. More would repeat its routes, fewer would load more configs. */
const REQUESTS = 400;
/** An environment of Envoys takes a second to start. */
const REQUESTS_TO_ENVOY = 400;
/** Differences that are printed in full. */
const MOST_PRINTED = 3;
const PROGRESS_MILLISECONDS = 2000;

export interface ProveProps {
  /** Decisions to compare, at least. */
  readonly count: number;
  readonly seed: number;
  /** The built function, and the script of its thread; or the binary of Envoy, which is then compared instead. */
  readonly program: { readonly artefact: string; readonly script: string } | { readonly envoy: string };
  /** Whether the first difference ends the run, without being printed. */
  readonly bail: boolean;
}

/** Compares the decisions and prints the result. Returns whether all agree and each feature occurred. */
export async function prove({ count, seed, program, bail }: ProveProps): Promise<boolean> {
  const { draw, compare, stop, features } = "envoy" in program ? await ofEnvoy(program) : ofFunction(program);
  const seen = new Map(features.map((feature) => [feature, 0]));
  const differing: { readonly drawn: Drawn; readonly first: Compared }[] = [];
  const [start, total] = [Date.now(), { decisions: 0, allowed: 0, environments: 0, differences: 0 }];
  let shownAt = start;
  try {
    while (total.decisions < count && !(bail && total.differences > 0)) {
      const drawn = draw(seedOf(seed, total.environments));
      total.environments += 1;
      const all = (await compare(drawn)) ?? [];
      const decided = all.filter(({ byProgram }) => byProgram !== undefined);
      total.decisions += decided.length;
      total.allowed += decided.filter(({ byProgram }) => byProgram?.allowed).length;
      for (const feature of decided.flatMap((each) => featuresOf(drawn, each))) {
        if (seen.has(feature)) seen.set(feature, (seen.get(feature) ?? 0) + 1);
      }
      const others = all.filter(({ differs }) => differs);
      total.differences += others.length;
      if (others[0] && differing.length < MOST_PRINTED) differing.push({ drawn, first: others[0] });
      if (Date.now() - shownAt < PROGRESS_MILLISECONDS) continue;
      shownAt = Date.now();
      console.error(`${number(total.decisions)} of ${number(count)} decisions`);
    }
    for (const { drawn, first } of bail ? [] : differing) print(await shrunk(compare, drawn, first));
  } finally {
    await stop();
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

function seedOf(seed: number, environment: number): number {
  return seed + environment * 0x9e3779b1;
}

/** Environments with at least this many decisions of Cedar, to compare with changed functions: those that `prove` draws. */
export function records(count: number, seed: number): readonly Recorded[] {
  const found: Recorded[] = [];
  for (let decisions = 0, index = 0; decisions < count; index += 1) {
    const record = recorded(drawEnvironment(seedOf(seed, index), REQUESTS));
    if (record === undefined) continue;
    found.push(record);
    decisions += record.asked.events.length;
  }
  return found;
}

/** Whether a built function decides some request otherwise than Cedar, gives an answer of no known form, or takes too long. */
export async function differs(
  all: readonly Recorded[],
  {
    artefact,
    script,
    milliseconds,
  }: { readonly artefact: string; readonly script: string; readonly milliseconds: number },
): Promise<boolean> {
  const built = new BuiltFunction(artefact, script);
  const end = Date.now() + milliseconds;
  try {
    for (const record of all) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), Math.max(0, end - Date.now()));
      });
      const decided = built.decide(record.asked).catch(() => undefined);
      const answers = await Promise.race([decided, late]);
      clearTimeout(timer);
      if (answers === undefined || comparedWith(record, answers).some((each) => each.differs)) return true;
    }
    return false;
  } finally {
    await built.stop();
  }
}

/** What is compared with Cedar. */
interface Comparison {
  readonly draw: (seed: number) => Drawn;
  /** Undefined if the config breaks a rule. */
  readonly compare: (drawn: Drawn) => Promise<readonly Compared[] | undefined>;
  readonly stop: () => Promise<void>;
  /** Each must be in some decision. */
  readonly features: readonly string[];
}

function ofFunction({ artefact, script }: { readonly artefact: string; readonly script: string }): Comparison {
  const built = new BuiltFunction(artefact, script);
  return {
    draw: (seed) => drawEnvironment(seed, REQUESTS),
    compare: (drawn) => compared(built, drawn),
    stop: () => built.stop(),
    features: FEATURES,
  };
}

async function ofEnvoy({ envoy }: { readonly envoy: string }): Promise<Comparison> {
  const envoys = await RealEnvoys.start(envoy);
  return {
    draw: (seed) => drawForEnvoy(seed, REQUESTS_TO_ENVOY),
    compare: (drawn) => envoys.compared(drawn),
    stop: () => envoys.stop(),
    features: FEATURES_OF_ENVOY,
  };
}

function print({ drawn, first }: { readonly drawn: Drawn; readonly first: Compared }): void {
  const { byProgram, byCedar, request } = first;
  console.log("a difference:");
  for (const [name, value] of Object.entries({
    program: byProgram ?? "the gateway refuses",
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

/** Path of the real Envoy. Throws if this machine has none, with the reason. */
export function envoyFound(project: string): string {
  const folder = join(project, "packages/local-front-door/envoy");
  const found = envoyBinary({ folder, build: join(project, ".build"), progress: (line) => console.error(line) });
  if ("missing" in found) throw new Error(found.missing);
  return found.path;
}
