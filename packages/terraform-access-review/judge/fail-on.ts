import type { AccessChange, Action, ChangeModel, GuardChange, ResourceChange, RowChange } from "../model/change";
import { guardKey, resourceKey, rowKey } from "./keys";
import { isNewSnapshot } from "./snapshot";

/** The reasons for which a pipeline may require an approval. */
export const FAIL_ON = ["broadened", "destroy", "replace", "drift"] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** One change that meets a reason. */
export type Met = { readonly reason: FailOn; readonly key: string } & (
  | { readonly row: RowChange }
  | { readonly guard: GuardChange }
  | { readonly resource: ResourceChange }
);

/** Parses reasons such as `broadened,destroy`. Throws an Error that names the first unknown one. */
export function reasonsIn(text: string | undefined): readonly FailOn[] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !FAIL_ON.some((reason) => reason === name));
  if (unknown === undefined) return names as FailOn[];
  throw new Error(
    `--fail-on ${text}: ${JSON.stringify(unknown)} is not a reason\n    any of ${FAIL_ON.join(", ")}, separated by commas`,
  );
}

/** Every change that meets a reason, in the order of the model. Only what is known to be no broader does not. */
export function changesThatMeet({ access, resources, drift }: ChangeModel): readonly Met[] {
  const losses = lossesOf(resources);
  const lost = (reason: FailOn, action: Action) =>
    losses
      .filter((resource) => resource.action === action)
      .map((resource) => ({ reason, key: resourceKey(resource), resource }));
  const isBroader = ({ effect }: RowChange | GuardChange) => effect !== "narrowed" && effect !== "neither";
  return [
    ...access.rows.filter(isBroader).map((row) => ({ reason: "broadened", key: rowKey(row), row }) as const),
    ...access.guards.filter(isBroader).map((guard) => ({ reason: "broadened", key: guardKey(guard), guard }) as const),
    ...lost("destroy", "destroyed"),
    ...lost("replace", "replaced"),
    ...drift.map((resource) => ({ reason: "drift", key: resourceKey(resource), resource }) as const),
  ];
}

/** Whether an allowance can name the change in advance. Config does not cause drift. */
export function isAllowable({ reason }: Met): boolean {
  return reason !== "drift";
}

/**
 * The changes that meet one of these reasons and are not expected.
 *
 * @param expected keys of changes that were allowed in advance
 */
export function unexpected(
  asked: readonly FailOn[],
  model: ChangeModel,
  expected: readonly string[] = [],
): readonly Met[] {
  return changesThatMeet(model).filter(
    (met) => asked.includes(met.reason) && !(isAllowable(met) && expected.includes(met.key)),
  );
}

/** The reasons that these changes meet, in the order in which they were asked for. */
export function reasonsOf(asked: readonly FailOn[], changes: readonly Met[]): readonly FailOn[] {
  return asked.filter((reason) => changes.some((met) => met.reason === reason));
}

/** Whether a review has nothing to say: no change, no drift, no note. */
export function changesNothing({ access, resources, drift, notes }: ChangeModel): boolean {
  return [access.rows, access.guards, resources, drift, notes].every((parts) => parts.length === 0);
}

export type AccessVerdict = "broadened" | "unjudged" | "narrowed" | "unchanged";

/** One broader part makes all of a change broader, even if other parts became narrower. */
export function verdictOn({ rows, guards }: AccessChange): AccessVerdict {
  const effects = [...rows, ...guards].map(({ effect }) => effect);
  return (["broadened", "unjudged", "narrowed"] as const).find((each) => effects.includes(each)) ?? "unchanged";
}

/** Whether a resource with data, or an identity, is destroyed or replaced. */
export function isDataAtRisk({ resources }: Pick<ChangeModel, "resources">): boolean {
  return resources.some(({ loss }) => loss !== undefined);
}

/** Destroyed, replaced and forgotten resources, and other changes that put data at risk. */
export function lossesOf(resources: readonly ResourceChange[]): readonly ResourceChange[] {
  return resources.filter(
    (change) =>
      change.loss !== undefined ||
      (["destroyed", "replaced", "forgotten"].includes(change.action) && !isNewSnapshot(change)),
  );
}
