import { type ChangeModel, isHiding, type ResourceChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import { sha256 } from "../terraform-json/sha256";
import type { Attributes } from "../terraform-json/stack-json";
import { isOpening } from "../types";

/**
 * Identifies a change: equal for the same change, at any time and from any commit. Unchanged parts do not count, nor
 * what drift opened meanwhile, which follows from the drift. For a hidden value, `hidden` supplies the text of the
 * configuration.
 */
export function changeHash({ unchanged, driftAccess, ...change }: ChangeModel): string {
  return hashOf({ ...change, drift: approvedDrift(change) });
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
