import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

export const TOPIC = "arn:aws:sns:eu-west-1:111122223333:on-call";
/** All monitoring: alarms with their defaults, dashboards, and objectives of one service. */
export const WATCHED = {
  alarms: { actions: [TOPIC] },
  dashboards: true,
  services: { orders: { slo: { availability: 99.9, latencyMs: 300 } } },
} as const;

/** Dev with all monitoring, as an HTTP API. */
export function watchedDev(patch: Readonly<Record<string, unknown>> = {}): Intent {
  return variantOf("dev", { ...WATCHED, ...patch });
}

/** The same as a REST API with reserved concurrency. */
export function watchedRest(): Intent {
  return watchedDev({
    aws: { ownsAccount: true },
    gateway: { kind: "rest", authorizer: { reservedConcurrency: { callers: 100, public: 50 } } },
  });
}

/** Preview, with the shared-issuer handshake and all monitoring. */
export function watchedPreview(): Intent {
  return variantOf("preview", WATCHED);
}
