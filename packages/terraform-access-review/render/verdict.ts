import { type AccessVerdict, changesNothing, isDataAtRisk, verdictOn } from "../judge/fail-on";
import type { Action, ChangeModel } from "../model/change";

/** A part of the verdict, and the meaning of its colour. */
export interface Badge {
  readonly words: string;
  readonly tone: Verdict["access"] | "risk" | "drift";
}

export interface Verdict {
  /** `dev: 2 added, 1 replaced · access broadened · data at risk`. */
  readonly line: string;
  /** The parts of the line without the environment and the counts of resources. */
  readonly badges: readonly Badge[];
  /** `2 added, 1 replaced`; empty if nothing changes. */
  readonly changes: string;
  readonly access: AccessVerdict;
  /** A resource with data, or an identity, is destroyed or replaced. */
  readonly dataAtRisk: boolean;
  readonly drifted: boolean;
  readonly counts: Readonly<Partial<Record<Action, number>>>;
}

const ORDER: readonly Action[] = [
  "destroyed",
  "replaced",
  "added",
  "changed",
  "moved",
  "imported",
  "forgotten",
  "drifted",
];

/** The whole change in one line. One broader part makes it broader, even if other parts became narrower. */
export function verdictOf(model: ChangeModel, title = model.environment): Verdict {
  const { resources, access, drift } = model;
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of resources) counts[action] = (counts[action] ?? 0) + 1;
  const verdict = verdictOn(access);
  const dataAtRisk = isDataAtRisk(model);
  const parts = ORDER.flatMap((action) => (counts[action] === undefined ? [] : [`${counts[action]} ${action}`]));
  const nothing = changesNothing(model);
  const changes = nothing ? "" : parts.join(", ") || "no resource changes";
  const badges: readonly Badge[] = nothing
    ? [{ words: "no change", tone: "unchanged" }]
    : [
        { words: verdict === "unjudged" ? "access cannot be judged" : `access ${verdict}`, tone: verdict },
        ...(dataAtRisk ? [{ words: "data at risk", tone: "risk" } as const] : []),
        ...(drift.length > 0 ? [{ words: `${drift.length} drifted`, tone: "drift" } as const] : []),
      ];
  const words = [...(nothing ? [] : [changes]), ...badges.map((badge) => badge.words)];
  const line = `${title}: ${words.join(" · ")}`;
  const drifted = drift.length > 0;
  return { line, badges, changes, access: verdict, dataAtRisk, drifted, counts };
}
