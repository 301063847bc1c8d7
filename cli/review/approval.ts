import type { ExpectedChange } from "../../intent/model/intent";
import { formatProblem } from "../../intent/model/problem";
import { ALLOWANCES_FILE } from "../../intent/source/environments";
import type { Reviewed } from "../../packages/terraform-access-review/formats";
import {
  changesThatMeet,
  type FailOn,
  isAllowable,
  type Met,
  reasonsIn,
  reasonsOf,
  unexpected,
} from "../../packages/terraform-access-review/judge/fail-on";
import { resourceKey } from "../../packages/terraform-access-review/judge/keys";
import { groupsAlike } from "../../packages/terraform-access-review/render/digest";
import { accessSentence, lossPieces, plainText } from "../../packages/terraform-access-review/render/pieces";
import type { Report } from "../../packages/terraform-access-review/render/report";
import { visible } from "../../packages/terraform-access-review/render/words";
import { CommandError, EXIT, projectError, usageError } from "../process/command-error";

/**
 * Sets exit code 2 if a report has a change that `--fail-on` names and `config/allowances.yaml` does not expect, and
 * prints the entry that would allow each. Sets 1 if an allowance has expired or is unused.
 *
 * @param allowancesOf the changes that config expects in an environment
 */
export function demandApproval(
  reviewed: readonly Reviewed[],
  reasons: readonly FailOn[],
  allowancesOf: (environment: string) => readonly ExpectedChange[],
): void {
  const today = new Date().toISOString().slice(0, 10);
  const judged = reviewed.map((each) => {
    const { environment } = each.model;
    const allowances = allowancesOf(environment);
    const met = unexpected(
      reasons,
      each.model,
      allowances.map(({ change }) => change),
    );
    return { environment, met, entries: entriesFor(each, met), faults: faultsOf(allowances, each, today) };
  });
  const faults = judged.flatMap((each) => each.faults);
  if (faults.length > 0) throw projectError(faults.join("\n"));
  const met = judged.flatMap(({ environment, met }) =>
    reasonsOf(reasons, met).map((reason) => `${environment}: ${reason}`),
  );
  if (met.length === 0) return;
  const entries = judged.flatMap((each) => each.entries);
  const help = entries.length === 0 ? [] : [`to allow a change in advance, add its entry to ${ALLOWANCES_FILE}:`];
  throw new CommandError([`--fail-on: ${met.join(", ")}`, ...help, ...entries].join("\n"), EXIT.demanded);
}

/** The reasons of `--fail-on`: `broadened,destroy`. */
export function failOn(text: string | undefined): readonly FailOn[] {
  try {
    return reasonsIn(text);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

/** Maximum number of entries that one environment prints. */
const MOST_ENTRIES = 20;

/** The entries of `config/allowances.yaml` for these changes. Config refuses them until a person has filled them in. */
function entriesFor(reviewed: Reviewed, met: readonly Met[]): readonly string[] {
  const keys = [...new Set(met.filter(isAllowable).map(({ key }) => key))];
  if (keys.length === 0) return [];
  const said = new Said(reviewed.report);
  const more = keys.length - MOST_ENTRIES;
  return [
    `${reviewed.model.environment}:`,
    ...keys
      .slice(0, MOST_ENTRIES)
      .flatMap((key) => [
        ...said.sentencesOf(key).map((sentence) => `  # ${sentence}`),
        `  - change: ${quoted(key)}`,
        ...["reason", "owner", "expires"].map((name) => `    ${name}:`),
      ]),
    ...(more > 0 ? [`  # and ${more} more: --format json has the key of each`] : []),
  ];
}

/** A text as YAML. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The problems of an environment's allowances. An allowance that has expired, or that nothing in the report needs, would
 * silently cover the next change.
 *
 * @param today `2026-11-25`, in UTC
 */
function faultsOf(allowances: readonly ExpectedChange[], reviewed: Reviewed, today: string): readonly string[] {
  if (allowances.length === 0) return [];
  const changes = changesThatMeet(reviewed.model);
  const allowable = new Set(changes.filter(isAllowable).map(({ key }) => key));
  const said = new Said(reviewed.report);
  return allowances.flatMap(({ change, expires, owner, place }) => {
    const fault = (end: string, remedy: string) =>
      formatProblem({
        ...place,
        message: `allows ${reviewed.model.environment} ${JSON.stringify(change)}${end}`,
        remedy,
      });
    if (expires < today) return [fault(` until ${expires}`, `remove the entry, or ask ${owner} for another`)];
    if (allowable.has(change)) return [];
    if (changes.some(({ key }) => key === change)) return [fault(", which is drift", "remove the entry")];
    const keys = said.keysOf(change).filter((key) => allowable.has(key));
    if (keys.length === 0)
      return [fault(", which does not happen", `remove the entry, or write a key: ${HOW_TO_FIND}`)];
    const entry = keys.length === 1 ? "write the key" : "write one entry for each key";
    return [
      fault(", which is a sentence", [`${entry}:`, ...keys.map((key) => `change: ${quoted(key)}`)].join("\n    ")),
    ];
  });
}

const HOW_TO_FIND = "npm run review -- --fail-on broadened,destroy,replace prints the key of each change";

/** What a report says about each change that has a key. */
export class Said {
  /** Sentences by key, the best first. */
  private readonly sentences: ReadonlyMap<string, readonly string[]>;
  private readonly keys = new Map<string, Set<string>>();

  constructor({ access, losses }: Report) {
    const sentences = new Map<string, readonly string[]>();
    for (const line of access) {
      const key = line.key();
      sentences.set(key, [...(sentences.get(key) ?? []), accessSentence(line)]);
      // Earlier releases named a changed condition by its sentence and the new condition.
      for (const text of [line.sentence, accessSentence(line), `${line.sentence}: ${line.after}`]) this.note(text, key);
    }
    for (const [shown, all] of groupsAlike(access)) {
      for (const text of [shown.sentence, accessSentence(shown)]) for (const line of all) this.note(text, line.key());
    }
    for (const change of losses) {
      const key = resourceKey(change);
      const text = plainText(lossPieces(change));
      sentences.set(key, [text]);
      for (const each of [text, `${change.action}: ${change.address}`]) this.note(each, key);
    }
    this.sentences = sentences;
  }

  /** The sentences of the change with this key, each on one line. */
  sentencesOf(key: string): readonly string[] {
    return (this.sentences.get(key) ?? []).map(visible);
  }

  /** The keys of the changes that a line of the report stands for. Empty if the report has no such line. */
  keysOf(text: string): readonly string[] {
    return [...(this.keys.get(text) ?? [])];
  }

  private note(text: string, key: string): void {
    this.keys.set(text, (this.keys.get(text) ?? new Set()).add(key));
  }
}
