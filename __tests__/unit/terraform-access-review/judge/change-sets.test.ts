import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { verdictOf } from "../../../../packages/terraform-access-review/render/report";
import { stateOf } from "../../../support/rest-state";
import { merged, VERDICT_WORDS } from "../../../support/settings";
import { variantOf } from "../../../support/variant";

interface ChangeSet {
  readonly commit: string;
  readonly verdict: string;
  readonly from?: object;
  readonly to?: object;
  readonly stack?: object;
}

const SETS: readonly ChangeSet[] = parse(
  readFileSync(join(__dirname, "../../../fixtures/change-sets/change-sets.yaml"), "utf8"),
);

function sidesOf({ from = {}, to = {}, stack = {} }: ChangeSet): readonly [SynthesizedState, SynthesizedState] {
  const [before, after] = [from, merged(from, to)].map((patch): SynthesizedState => {
    return { ...stateOf(variantOf("dev", patch as Parameters<typeof variantOf>[1])), isOwnCode: true };
  }) as [SynthesizedState, SynthesizedState];
  return [before, { ...after, stack: merged(after.stack, stack) as SynthesizedState["stack"] }];
}

test("there are more than forty change sets, each of them once", () => {
  expect(new Set(SETS.map(({ commit }) => commit)).size).toBe(SETS.length);
  expect(SETS.length).toBeGreaterThan(40);
});

test.each(SETS)("$commit: $verdict", (set) => {
  const [before, after] = sidesOf(set);
  expect(VERDICT_WORDS[verdictOf(changeOfStacks("dev", before, after)).access]).toBe(set.verdict);
});
