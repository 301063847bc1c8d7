import { createHash } from "node:crypto";
import type { ChangeModel } from "./model";
import { canonical } from "./order";

/**
 * Names a change: the same for the same change, whenever and from whichever commit it was planned. What stays unchanged
 * does not count; nor do values that are hidden, of which only that they change is known.
 */
export function changeHash({ unchanged, ...change }: ChangeModel): string {
  return `sha256:${createHash("sha256").update(canonical(change)).digest("hex")}`;
}
