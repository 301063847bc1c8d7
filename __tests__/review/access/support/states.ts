import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessLedger } from "../../../../review/access";
import type { AccessRow } from "../../../../review/access/row";
import { changeOfStacks } from "../../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../../review/change/state";
import { sharedIssuerState } from "../../../support/shared-issuer";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
export type Json = any;

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "../../../../synthesized/dev", file), "utf8"));

/** As it is committed. */
export const dev: SynthesizedState = { stack: read("main.tf.json"), policy: read("authorizer-policy.json") };

export const rowsOf = ({ stack, policy }: SynthesizedState) => accessLedger(stack, policy);

/** Under what somebody may do something, by these rows. */
export const of = (rows: readonly AccessRow[], who: string, may: string) =>
  rows.filter((row) => row.who === who && row.may === may).map(({ under }) => under);

export function edited(state: SynthesizedState, edit: (resource: Json, copy: Json) => void): SynthesizedState {
  const copy: Json = structuredClone(state);
  edit(copy.stack.resource, copy);
  return copy;
}

/** The stack that the config gives when the policy is another. */
export function declared(edit: (policy: Json, resource: Json) => void, make = sharedIssuerState): SynthesizedState {
  const copy: Json = structuredClone(dev);
  edit(copy.policy, copy.stack.resource);
  return make(copy);
}

export function effect(before: SynthesizedState, after: SynthesizedState): string {
  const { rows, guards } = changeOfStacks("dev", before, after).access;
  const effects = [...rows, ...guards].map((each) => each.effect);
  return effects.includes("broadened") ? "broadened" : effects.length > 0 ? "narrowed" : "unchanged";
}
