import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import {
  type AccessChange,
  type GuardChange,
  type RowChange,
  rowOf,
} from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { type RowWords, rowWords, SIGNS } from "../../packages/terraform-access-review/render/words";
import { ledgerInWords } from "./ledger-words";
import { changed, sharing } from "./mutation";
import { oncePerWorker } from "./once-per-worker";
import { synthesizedState } from "./synthesized";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
export type Json = any;

/** What `synth` would write for the shop's dev. */
export const dev: SynthesizedState = synthesizedState("dev");

/** The same for Envoy alone, and for functions with Envoy behind them. */
export const shared = oncePerWorker("Envoy decides", () => makers().sharedIssuerState(dev));
export const verifying = oncePerWorker("Envoy verifies", () => makers().verifyingState(dev));

function makers() {
  return require("./shared-issuer") as typeof import("./shared-issuer");
}

export const rowsOf = ({ stack, policy, envoy }: SynthesizedState) => ledgerInWords(stack, policy, envoy);

/** The conditions under which a principal has a permission, by these rows. */
export const of = (rows: readonly RowWords[], who: string, may: string) =>
  rows.filter((row) => row.principal === who && row.permission === may).map(({ condition }) => condition);

/** A row of the ledger on one line. */
export const line = ({ principal, permission, resource, condition }: RowWords) =>
  [principal, permission, resource, condition].join(" | ");

/** A copy of a state with one change. */
export function edited(state: SynthesizedState, edit: (resource: Json, copy: Json) => unknown): SynthesizedState {
  return changed(state, (copy) => edit(copy.stack.resource, copy));
}

/** With Envoy, the stack that the config would give if the policy were changed in this way. */
export function declared(
  edit: (policy: Json, resource: Json) => unknown,
  base: typeof shared | typeof verifying = shared,
): SynthesizedState {
  const copy: Json = structuredClone(dev);
  edit(copy.policy, copy.stack.resource);
  const { sharedIssuerState, verifyingState } = makers();
  return sharing(base === verifying ? verifyingState(copy) : sharedIssuerState(copy), base);
}

/** Returns the access that is gained or lost between two states. */
export function accessBetween(before: SynthesizedState, after: SynthesizedState): AccessChange {
  return changeOfStacks("dev", before, after).access;
}

/** Whether a change of access is broader, narrower or neither, as `--fail-on` counts. */
export function verdict({ rows, guards }: AccessChange): "broadened" | "narrowed" | "unchanged" {
  const effects = [...rows, ...guards].map(({ effect }) => effect);
  if (effects.some((each) => each === "broadened" || each === "unjudged")) return "broadened";
  return effects.includes("narrowed") ? "narrowed" : "unchanged";
}

/** The same between two states. */
export function effect(before: SynthesizedState, after: SynthesizedState): string {
  return verdict(accessBetween(before, after));
}

/**
 * Formats a change of access as lines of values only: `+` for broader and `-` for narrower; then principal, permission
 * and resource of a row that is added or removed, after `~` of a row with another condition. For a guard: its name and
 * address.
 */
export function lines({ rows, guards }: AccessChange): readonly string[] {
  return [...rows.map(rowLine), ...guards.map(guardLine)].sort();
}

const sign = ({ effect }: RowChange | GuardChange) => SIGNS[effect];

function rowLine(change: RowChange): string {
  const { principal, permission, resource } = rowWords(rowOf(change));
  const mark = change.before !== undefined && change.after !== undefined ? "~ " : "";
  return `${sign(change)} ${mark}${[principal, permission, resource].join(" | ")}`;
}

function guardLine(change: GuardChange): string {
  return `${sign(change)} ${change.guard} of ${change.address}: ${change.before} → ${change.after}`;
}
