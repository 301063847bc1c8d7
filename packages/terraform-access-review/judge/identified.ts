import { type GuardChange, isHiding } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { setsOf } from "../types";
import { hashOf } from "./hash";
import { clean, type Part, partsOf } from "./normal";
import { diffAttributes } from "./value-diff";

/**
 * The same changes, each with a hash of its declaration if hidden values changed at its address: two changes of a secret
 * are two changes, although their values are not shown.
 *
 * @param declared the second state as it was synthesized
 */
export function identified(
  guards: readonly GuardChange[],
  [before, after]: readonly [SynthesizedState, SynthesizedState],
  declared: SynthesizedState,
): readonly GuardChange[] {
  if (guards.length === 0) return guards;
  const [earlier, later, own] = [before, after, declared].map(partsOf) as [Parts, Parts, Parts];
  const hashes = new Map<string, string | undefined>();
  const hashAt = (address: string): string | undefined => {
    const [was, is] = [earlier.get(address), later.get(address)];
    const type = (is ?? was)?.type ?? "";
    if (was === is || !diffAttributes(clean(was), clean(is), setsOf(type)).some(isHiding)) return undefined;
    return declarationHash(own, address, declared);
  };
  return guards.map((guard) => {
    const { address } = guard;
    if (!hashes.has(address)) hashes.set(address, hashAt(address));
    const hidden = hashes.get(address);
    return hidden === undefined ? guard : { ...guard, hidden };
  });
}

type Parts = ReadonlyMap<string, Part>;

/** A part that another program or `count` declares has no declaration of its own here: the whole stack is its declaration. */
function declarationHash(parts: Parts, address: string, { stack }: SynthesizedState): string {
  const part = parts.get(address);
  return hashOf(part === undefined ? stack.resource : clean(part));
}
