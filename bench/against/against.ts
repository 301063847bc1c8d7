import { execFileSync } from "node:child_process";
import { projectError } from "../../cli/process/command-error";
import { ROOT } from "../../cli/process/project";
import { NotMeasured } from "../measure/figure";
import { Side } from "./side";

/** One number of one tree, that is better the smaller it is. */
type Numbers = Readonly<Record<string, number>>;

interface Contender {
  readonly name: string;
  readonly measure: (side: Side) => Numbers;
}

/** A command's processor time, and what it reads. */
function command(name: string, args: readonly string[], before: (side: Side) => void = () => {}): Contender {
  return {
    name,
    measure: (side) => {
      before(side);
      const { processor, filesRead, kilobytesRead } = side.run(["cli/run.cjs", ...args]);
      return { "processor time, ms": processor, "files read": filesRead, "kB read": kilobytesRead };
    },
  };
}

/** What the benchmark of a tree prints about a decision: `  a new token   180 µs   90 µs   2.00x`. */
const DECISION = /^ {2}(a new token|a token seen before) +([\d.]+) µs/gm;

const contendersOf = (environment: string): readonly Contender[] => [
  command("synth, sources unchanged", ["synth", environment]),
  command("synth, sources changed", ["synth", environment], (side) => side.editSource()),
  command("review, nothing changed", ["review", "--base", "HEAD"]),
  command("local --matrix", ["local", environment, "--matrix"]),
  {
    name: "authorizer",
    measure: (side) => {
      const { output } = side.run(["bench/run.cjs", "--only", "decision", "--runs", "3"]);
      const times = [...output.matchAll(DECISION)].map(([, what, value]) => [`${what}, µs`, Number(value)]);
      return { ...Object.fromEntries(times), "bundle, kB": side.kilobytes(".build/authorizer.mjs") };
    },
  },
];

/** A contender whose command failed in one of the trees. */
interface NotCompared {
  readonly contender: Contender;
  readonly why: string;
}

/** One figure of both trees. */
interface Compared {
  readonly contender: Contender;
  readonly what: string;
  /** The smallest of all rounds: other programs can only make a round longer. */
  readonly before: number;
  readonly now: number;
  /** The smallest and the largest ratio of one round. */
  readonly spread: readonly [number, number];
}

/** Rounds of each command. Before the first, each runs twice: it bundles, and V8 may store its compilation. */
const ROUNDS = 5;

/**
 * `npm run bench -- --against <commit>`: what the commands and the authorizer cost in the working tree and in a commit, in
 * alternating rounds. Processor time and counts, which other programs on the machine move little or not at all.
 *
 * @param most the largest ratio. Above it, the command fails and names the commit to blame. Undefined: no limit
 */
export function against(commit: string, environment: string, most: number | undefined): void {
  const [compared, failed] = compare(commit, undefined, contendersOf(environment));
  console.log(`processor time and counts of the working tree, against ${commit.slice(0, 8)}; ${ROUNDS} rounds\n`);
  for (const line of linesOf(compared)) console.log(line);
  for (const { contender, why } of failed) console.log(`  ${contender.name}: not measured: ${why}`);
  if (failed.length > 0) {
    throw projectError(`could not be measured: ${failed.map(({ contender }) => contender.name).join(", ")}`);
  }
  if (most === undefined) return;
  const costly = compared.filter((each) => ratioOf(each) > most);
  if (costly.length === 0) return;
  throw projectError(
    costly.map((each) => `${nameOf(each)}: ${ratioOf(each).toFixed(2)} times as much`).join("\n"),
    `expected at most ${most}. ${blamed(commit, costly[0] as Compared, most)}`,
  );
}

function compare(
  before: string,
  now: string | undefined,
  contenders: readonly Contender[],
): readonly [readonly Compared[], readonly NotCompared[]] {
  const sides = [new Side(before), new Side(now)] as const;
  const failed: NotCompared[] = [];
  const measured = (contender: Contender) => {
    try {
      return rounds(contender, sides);
    } catch (error) {
      if (!(error instanceof NotMeasured)) throw error;
      failed.push({ contender, why: error.message });
      return [];
    }
  };
  try {
    return [contenders.flatMap(measured), failed];
  } finally {
    for (const side of sides) side.remove();
  }
}

function rounds(contender: Contender, sides: readonly [Side, Side]): readonly Compared[] {
  for (const side of sides) for (const _ of ["bundles", "compiles"]) contender.measure(side);
  const all: (readonly [Numbers, Numbers])[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    console.error(`${contender.name}: round ${round} of ${ROUNDS}`);
    const [first, second] = round % 2 === 0 ? [1, 0] : [0, 1];
    const measured = [first, second].map((index) => [index, contender.measure(sides[index] as Side)] as const);
    const [before = {}, now = {}] = [0, 1].map((index) => measured.find(([side]) => side === index)?.[1]);
    all.push([before, now]);
  }
  const names = Object.keys(all[0]?.[0] ?? {}).filter((name) => all.every(([, now]) => name in now));
  return names.map((what) => {
    const ratios = all.map(([before, now]) => (now[what] as number) / (before[what] as number));
    const least = (side: 0 | 1) => Math.min(...all.map((each) => each[side][what] as number));
    return { contender, what, before: least(0), now: least(1), spread: [Math.min(...ratios), Math.max(...ratios)] };
  });
}

function ratioOf({ before, now }: Compared): number {
  return now / before;
}

function nameOf({ contender, what }: Compared): string {
  return `${contender.name}: ${what}`;
}

function linesOf(compared: readonly Compared[]): readonly string[] {
  const line = (what: string, ...numbers: readonly string[]) =>
    `  ${what.padEnd(46)}${numbers.map((each) => each.padStart(12)).join("")}`;
  return [
    line("", "before", "now", "ratio", "spread"),
    ...compared.map((each) => {
      const [low, high] = each.spread.map((ratio) => ratio.toFixed(2));
      return line(nameOf(each), shown(each.before), shown(each.now), `${ratioOf(each).toFixed(2)}x`, `${low}-${high}`);
    }),
  ];
}

function shown(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value));
}

/** The first commit after `base` that costs more than the limit, found by halving. */
function blamed(base: string, { contender, what }: Compared, most: number): string {
  const listed = execFileSync("git", ["rev-list", "--reverse", "--first-parent", `${base}..HEAD`], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const commits = listed.split("\n").filter((each) => each !== "");
  const isCostly = (commit: string) => {
    const [compared] = compare(base, commit, [contender]);
    return compared.some((each) => each.what === what && ratioOf(each) > most);
  };
  let [low, high] = [0, commits.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isCostly(commits[middle] as string)) high = middle;
    else low = middle + 1;
  }
  const found = commits[low];
  if (found === undefined) return "the cause is not committed";
  return `the first commit above it is ${execFileSync("git", ["log", "-1", "--format=%h %s", found], { cwd: ROOT, encoding: "utf8" }).trim()}`;
}
