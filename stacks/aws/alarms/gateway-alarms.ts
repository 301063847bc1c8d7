import { Construct } from "constructs";
import {
  ALARM_KEYS,
  ALARMS,
  type AlarmFact,
  type AlarmsIntent,
  FEWEST_ERRORS,
  FEWEST_REQUESTS,
} from "../../../intent/model/alarm-table";
import type { WatchedGateway } from "../watched";
import { factAlarm } from "./alarm";
import { countLines } from "./log-metric";
import { apiMetrics, type Computed, logMetric, metricName } from "./metric";

export interface GatewayAlarmsProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly alarms: AlarmsIntent;
  readonly gateway: WatchedGateway;
}

/** Shares of errors and refusals, and the time that the gateway adds. */
export class GatewayAlarms extends Construct {
  private readonly filters = new Construct(this, "Filters");

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayAlarmsProps,
  ) {
    super(scope, id);
    for (const key of ALARM_KEYS) {
      const threshold = props.alarms.thresholds[key];
      if (threshold !== undefined) this.declare(ALARMS[key], threshold);
    }
  }

  private declare(fact: AlarmFact, threshold: number): void {
    const { prefix, gateway } = this.props;
    const name = `${gateway.kindPrefix}${fact.id}`;
    switch (fact.source.kind) {
      case "access-share":
        countLines(this.filters, name, {
          name: `${prefix}-${name}`,
          logGroup: gateway.accessLog.group,
          pattern: fact.source.pattern,
          metric: logMetric(prefix, metricName(name)),
        });
        factAlarm(this, this.props, fact, {
          name,
          of: errorShare(prefix, name, gateway),
          threshold,
          periods: { breaching: 2, of: 3 },
        });
        break;
      case "overhead":
        factAlarm(this, this.props, fact, { name, of: overhead(gateway), threshold, periods: { breaching: 3, of: 3 } });
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
