import * as z from "zod";
import { REST_TIMEOUT_SECONDS, SLO_PERCENT_MAX, SLO_PERCENT_MIN } from "../model/limits";
import { explain, integer, keys } from "./fields";

const REMEDY = `write a number from ${SLO_PERCENT_MIN} to ${SLO_PERCENT_MAX}`;
const MIN = "the design's limit: below it no budget burns 14.4 times too fast";
const MAX = "Cloud Monitoring's limit";

function percent(description: string) {
  return z
    .number({ error: explain(`a number from ${SLO_PERCENT_MIN} to ${SLO_PERCENT_MAX}`, REMEDY) })
    .min(SLO_PERCENT_MIN, { error: explain(`at least ${SLO_PERCENT_MIN} (${MIN})`, REMEDY) })
    .max(SLO_PERCENT_MAX, { error: explain(`at most ${SLO_PERCENT_MAX} (${MAX})`, REMEDY) })
    .meta({ description, examples: [99.9], limit: `${SLO_PERCENT_MIN}-${SLO_PERCENT_MAX} (${MAX})` });
}

/** A rule checks that at least one objective is set, because an overlay may remove one. */
export const slo = keys(
  {
    availability: percent("Percent of requests that callers get without a 5xx.").optional(),
    latencyMs: integer(1, REST_TIMEOUT_SECONDS * 1000, {
      description: "A request is fast if the caller gets its response within this time, in milliseconds.",
      example: 300,
      limit: "API Gateway waits no longer",
    }).optional(),
    latencyPercent: percent("Percent of requests that are fast.").default(99),
  },
  "Service level objectives over 28 days. They make burn-rate alarms in CloudWatch and objectives in Cloud Monitoring. Set availability, latencyMs, or both. docs/how-to/alarms.md explains them.",
);
