import type { SloIntent } from "../model/slo";
import type { ServiceConfig } from "../schema/config";

/** A service's objectives, without the percentage of an objective that is not set. */
export function sloOf({
  availability,
  latencyMs: ms,
  latencyPercent: percent,
}: NonNullable<ServiceConfig["slo"]>): SloIntent {
  return {
    ...(availability !== undefined && { availability }),
    ...(ms !== undefined && { latency: { ms, percent } }),
  };
}
