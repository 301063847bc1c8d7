import { Construct } from "constructs";
import { type AlarmsIntent, FEWEST_ERRORS, FEWEST_REQUESTS } from "../../../intent/model/alarm-table";
import type { WatchedGateway } from "../watched";
import { factAlarm, wantedAlarms } from "./alarm";
import { countLines } from "./log-metric";
import { apiMetrics, type Computed, logMetric, metricName } from "./metric";

export interface GatewayAlarmsProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly alarms: AlarmsIntent;
  readonly gateway: WatchedGateway;
}

/** Shares of errors and refusals, and the time that the gateway adds. */
export function gatewayAlarms(scope: Construct, props: GatewayAlarmsProps): void {
  const { prefix, alarms, gateway } = props;
  const filters = new Construct(scope, "Filters");
  for (const { fact, threshold } of wantedAlarms(alarms)) {
    const name = `${gateway.kindPrefix}${fact.id}`;
    if (fact.source.kind === "access-share") {
      countLines(filters, name, {
        name: `${prefix}-${name}`,
        logGroup: gateway.accessLog.group,
        pattern: fact.source.pattern,
        metric: logMetric(prefix, metricName(name)),
      });
      const of = errorShare(prefix, name, gateway);
      factAlarm(scope, props, fact, { name, of, threshold, periods: { breaching: 2, of: 3 } });
    }
    if (fact.source.kind === "overhead") {
      factAlarm(scope, props, fact, { name, of: overhead(gateway), threshold, periods: { breaching: 3, of: 3 } });
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
