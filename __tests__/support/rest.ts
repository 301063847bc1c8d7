import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** Dev as a REST API whose callers have plans, which owns its account. */
export function restDev(patch: { readonly [key: string]: unknown } = {}): Intent {
  return variantOf("dev", {
    aws: { ownsAccount: true },
    gateway: { kind: "rest", defaultPlan: { quota: { requests: 1000, per: "day" } } },
    clients: {
      "reporting-agent": { quota: { requests: 10_000, per: "month" }, throttle: { ratePerSecond: 2, burst: 4 } },
    },
    ...patch,
  });
}
