import { isHiding } from "../model/attribute-change";
import type { ChangeModel, GuardChange, ResourceChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { canonical } from "../terraform-json/order";
import { sha256 } from "../terraform-json/sha256";
import type { Attributes } from "../terraform-json/stack-json";
import { isOpening, setsOf } from "../types";
import { clean, type Part, partsOf } from "./normal";
import { diffAttributes } from "./value-diff";

/**
 * Identifies a change: equal for the same change, at any time and from any commit. Unchanged parts do not count, nor
 * what drift opened meanwhile, which follows from the drift. For a hidden value, `hidden` supplies the text of the
 * configuration.
 */
export function changeHash({ unchanged, driftAccess, ...change }: ChangeModel): string {
  const [resources, drift] = [change.resources, approvedDrift(change)].map((each) => each.map(withoutSentences));
  return hashOf({ ...change, resources, drift });
}

/** The sentences follow from the type and the other changes. */
function withoutSentences({ loss, follows, ...facts }: ResourceChange) {
  return facts;
}

/**
 * The drift that is part of an approval: drift that opens access and stays. Drift that the plan changes back is already
 * in the planned changes, with the current value. Any other drift does not affect the apply.
 */
export function approvedDrift({ drift }: Pick<ChangeModel, "drift">): readonly ResourceChange[] {
  return drift.flatMap((each) => {
    const attributes = each.attributes.filter(({ path }) => isOpening(each.type, path.split(/[.[]/, 1)[0] ?? ""));
    return attributes.length === 0 ? [] : [{ ...each, attributes }];
  });
}

/** The configuration's text of the resources with hidden values, as a hash; undefined if nothing is hidden. */
export function hiddenHash(
  changes: readonly ResourceChange[],
  bodyOf: (address: string) => Attributes | undefined,
): string | undefined {
  const bodies = changes.flatMap(({ address, attributes }) => {
    const { depends_on, lifecycle, ...body } = bodyOf(address) ?? {};
    // Write-only arguments are in no plan at all.
    const hides = attributes.some(isHiding) || Object.keys(body).some((key) => key.endsWith("_wo"));
    return hides && Object.keys(body).length > 0 ? [[address, body]] : [];
  });
  return bodies.length === 0 ? undefined : hashOf(bodies);
}

export function hashOf(value: unknown): string {
  return `sha256:${sha256(canonical(value))}`;
}

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
