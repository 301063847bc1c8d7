import { Construct } from "constructs";
import { ALARM_KEYS, ALARMS, type AlarmFact, FEWEST_ERRORS, FEWEST_REQUESTS } from "../../../intent/model/alarm-table";
import type { AlarmsIntent } from "../../../intent/model/intent";
import { Alarm } from "./alarm";
import { LogMetric } from "./log-metric";
import { apiMetrics, type Computed, logMetric, metricName } from "./metric";
import type { WatchedGateway } from "./watched";

export interface GatewayAlarmsProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly alarms: AlarmsIntent;
  readonly gateway: WatchedGateway;
}

const PERIOD_SECONDS = 300;

/** Shares of errors and refusals, and the time that the gateway adds. */
export class GatewayAlarms extends Construct {
  constructor(scope: Construct, id: string, { prefix, alarms, gateway }: GatewayAlarmsProps) {
    super(scope, id);
    const filters = new Construct(this, "Filters");
    for (const key of ALARM_KEYS) {
      const threshold = alarms.thresholds[key];
      if (threshold === undefined) continue;
      const fact: AlarmFact = ALARMS[key];
      const name = `${gateway.kindPrefix}${fact.id}`;
      const { source } = fact;
      if (source.kind === "access-share") {
        new LogMetric(filters, name, {
          name: `${prefix}-${name}`,
          logGroup: gateway.accessLog.group,
          pattern: source.pattern,
          metric: logMetric(prefix, metricName(name)),
        });
      } else if (source.kind !== "overhead") continue;
      new Alarm(this, name, {
        name: `${prefix}-${name}`,
        meaning: fact.meaning,
        runbook: fact.id,
        of: source.kind === "overhead" ? overhead(gateway) : errorShare(prefix, name, gateway),
        threshold,
        periodSeconds: PERIOD_SECONDS,
        periods: source.kind === "overhead" ? { breaching: 3, of: 3 } : { breaching: 2, of: 3 },
        actions: alarms.actions,
      });
    }
  }
}

/** Percent of an API's requests that are in a log metric. */
function errorShare(namespace: string, name: string, gateway: WatchedGateway): Computed {
  return {
    expression: shareOf("requests"),
    metrics: { errors: logMetric(namespace, metricName(name)), requests: apiMetrics(gateway).requests },
  };
}

/** Percent that `errors` are of another metric; 0 below a few errors. */
export function shareOf(all: string): string {
  return `IF(errors >= ${FEWEST_ERRORS}, 100 * errors / ${all}, 0)`;
}

/**
 * The slowest hundredth of the gateway's requests need not be that of the services', so this is an approximation. The
 * access log has both times of one request, but as texts, of which a metric filter computes nothing.
 */
function overhead(gateway: WatchedGateway): Computed {
  const { requests, latency, serviceLatency } = apiMetrics(gateway);
  return {
    expression: `IF(requests >= ${FEWEST_REQUESTS}, gateway - service, 0)`,
    metrics: { gateway: latency, service: serviceLatency, requests },
  };
}
