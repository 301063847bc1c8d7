import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** The dev environment with a monthly rotation of the reporting agent's secret. */
export function rotatedIntent(patch: Readonly<Record<string, unknown>> = {}): Intent {
  return variantOf("dev", { clients: { "reporting-agent": { rotateEveryDays: 30 } }, ...patch });
}
