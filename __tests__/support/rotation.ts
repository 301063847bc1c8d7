import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** The dev environment, whose reporting agent gets a new secret every month. */
export function rotatedIntent(patch: Readonly<Record<string, unknown>> = {}): Intent {
  return variantOf("dev", { clients: { "reporting-agent": { rotateEveryDays: 30 } }, ...patch });
}
