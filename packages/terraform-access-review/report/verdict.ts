import type { Action, ChangeModel } from "../change/model";

export interface Verdict {
  /** `dev: 2 added, 1 replaced · access broadened · data at risk`. */
  readonly line: string;
  readonly access: "broadened" | "narrowed" | "unchanged";
  /** Something that holds data, or an identity, is destroyed or replaced. */
  readonly dataAtRisk: boolean;
  readonly drifted: boolean;
  readonly counts: Readonly<Partial<Record<Action, number>>>;
}

const ORDER: readonly Action[] = ["destroyed", "replaced", "added", "changed", "moved", "imported", "forgotten"];

/** The whole change in one line. Broader in one thing is broader, whatever else got narrower. */
export function verdictOf({ environment, resources, access, drift, notes }: ChangeModel): Verdict {
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of resources) counts[action] = (counts[action] ?? 0) + 1;
  const effects = [...access.rows, ...access.guards].map(({ effect }) => effect);
  const broadened = effects.includes("broadened");
  const verdict = broadened ? "broadened" : effects.length > 0 ? "narrowed" : "unchanged";
  const dataAtRisk = resources.some(({ loss }) => loss !== undefined);
  const parts = ORDER.flatMap((action) => (counts[action] === undefined ? [] : [`${counts[action]} ${action}`]));
  const nothing = parts.length === 0 && effects.length === 0 && drift.length === 0 && notes.length === 0;
  const line = nothing
    ? `${environment}: no change`
    : [
        `${environment}: ${parts.join(", ") || "no resource changes"}`,
        `access ${verdict}`,
        ...(dataAtRisk ? ["data at risk"] : []),
        ...(drift.length > 0 ? [`${drift.length} drifted`] : []),
      ].join(" · ");
  return { line, access: verdict, dataAtRisk, drifted: drift.length > 0, counts };
}
