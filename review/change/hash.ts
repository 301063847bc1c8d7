import { createHash } from "node:crypto";
import type { Attributes } from "../stack-json";
import type { ChangeModel, ResourceChange } from "./model";
import { canonical } from "./order";

/**
 * Names a change: the same for the same change, whenever and from whichever commit it was planned. What stays unchanged
 * does not count. Of values that are hidden counts what the configuration says of them, as `hidden`.
 */
export function changeHash({ unchanged, ...change }: ChangeModel): string {
  return hashOf(change);
}

/** What stands in the configuration where a change hides something; undefined where it hides nothing. */
export function hiddenHash(
  changes: readonly ResourceChange[],
  bodyOf: (address: string) => Attributes | undefined,
): string | undefined {
  const bodies = changes.flatMap(({ address, attributes }) => {
    const { depends_on, lifecycle, ...body } = bodyOf(address) ?? {};
    // Write-only arguments are in no plan at all.
    const hides =
      /"kind":"hidden"|\(hidden\)/.test(JSON.stringify(attributes)) ||
      Object.keys(body).some((key) => /_wo$/.test(key));
    return hides && Object.keys(body).length > 0 ? [[address, body]] : [];
  });
  return bodies.length === 0 ? undefined : hashOf(bodies);
}

function hashOf(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonical(value)).digest("hex")}`;
}
