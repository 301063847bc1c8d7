import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { FEWEST_ERRORS } from "../../../contract/rollout";
import {
  ALARM_KEYS,
  ALARMS,
  type AlarmFact,
  type AlarmsIntent,
  DECISIONS,
  FEWEST_REQUESTS,
} from "../../../intent/model/alarm-table";
import { comesFrom } from "../../shared/comes-from";
import type { WatchedFunction, WatchedGateway } from "../watched";
import { type AlarmProps, declareAlarm } from "./alarm";
import { countLines } from "./log-metric";
import { apiMetrics, type Computed, concurrencyOf, logMetric, type Metric, metricName, shareOf } from "./metric";

export interface AlarmsProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly alarms: AlarmsIntent;
  readonly gateway: WatchedGateway;
  readonly functions: readonly WatchedFunction[];
}

/** Name of the metric that counts all decisions. */
const ALL_DECISIONS = "decisions";

const PERIOD_SECONDS = 300;
/** Length of the window that shows an outage in little traffic, in seconds: six hours. */
const QUIET_SECONDS = 21_600;
/** Name of that window, at the end of an alarm's name. */
const QUIET_ID = "6h";

/**
 * Requests within six hours up to which five minutes have too few errors for a share: 7,200 for 5 percent. Above that,
 * the alarm over five minutes sees the same share.
 */
function quietRequests(percent: number): number {
  return Math.floor(((FEWEST_ERRORS * 100) / percent) * (QUIET_SECONDS / PERIOD_SECONDS));
}

/**
 * The alarms of the table that config does not leave out: shares of errors and refusals, the time that the gateway
 * adds, what the authorizer functions refuse or cannot decide, and how many of them run at the same time.
 */
export function declareAlarms(scope: Construct, props: AlarmsProps): void {
  const { prefix, alarms, gateway, functions } = props;
  const filters = new Construct(scope, "Filters");
  const metricOf = (id: string) => logMetric(prefix, metricName(id));
  const count = (id: string, name: string, logGroup: CloudwatchLogGroup, pattern: string) =>
    countLines(filters, id, { name: `${prefix}-${name}`, logGroup, pattern, metric: metricOf(name) });
  /** One metric for the lines of all functions. */
  const countDecisions = (name: string, pattern: string) => {
    for (const { id, log } of functions) count(`${name}-${id}`, name, log, pattern);
  };
  const { requests } = apiMetrics(gateway);
  for (const key of ALARM_KEYS) {
    const threshold = alarms.thresholds[key];
    if (threshold === undefined) continue;
    const fact: AlarmFact = ALARMS[key];
    const { id, source, meaning } = fact;
    const ofApi = `${gateway.kindPrefix}${id}`;
    const declare = (
      name: string,
      of: Metric | Computed,
      [breaching, all]: readonly [number, number],
      more: Partial<AlarmProps> = {},
    ) =>
      comesFrom(
        declareAlarm(scope, name, {
          name: `${prefix}-${name}`,
          meaning,
          runbook: id,
          of,
          threshold,
          periodSeconds: PERIOD_SECONDS,
          periods: { breaching, of: all },
          actions: alarms.actions,
          ...more,
        }),
        ["alarms"],
        { alarm_actions: ["actions"], threshold: [key] },
      );
    switch (source.kind) {
      case "access-share":
        count(ofApi, ofApi, gateway.accessLog.group, source.pattern);
        declare(ofApi, shareOf("requests", metricOf(ofApi), requests), [2, 3]);
        if (!source.isOutage) break;
        declare(
          `${ofApi}-${QUIET_ID}`,
          shareOf("requests", metricOf(ofApi), requests, quietRequests(threshold)),
          [1, 1],
          { periodSeconds: QUIET_SECONDS },
        );
        break;
      case "traffic":
        declare(ofApi, requests, [1, 1], { periodSeconds: 3600, isMinimum: true, withoutData: "breaching" });
        break;
      case "overhead":
        declare(ofApi, overhead(gateway), [3, 3]);
        break;
      case "decision-share":
        countDecisions(id, source.pattern);
        countDecisions(ALL_DECISIONS, DECISIONS);
        declare(id, shareOf("decisions", metricOf(id), metricOf(ALL_DECISIONS)), [2, 3]);
        break;
      case "decision-count":
        countDecisions(id, source.pattern);
        declare(id, metricOf(id), [1, 1]);
        break;
      case "concurrency":
        for (const { suffix, of, limit } of concurrencyLimits(props)) {
          declare(`${id}-${suffix}`, of, [2, 3], { threshold: Math.max(1, Math.floor((limit * threshold) / 100)) });
        }
    }
  }
}

/**
 * The slowest hundredth of the gateway's requests need not be that of the services', so this is an approximation. The
 * access log has both times of one request, but as texts, and metric filters cannot compute with texts.
 */
function overhead(gateway: WatchedGateway): Computed {
  const { requests, latency, serviceLatency } = apiMetrics(gateway);
  return {
    expression: `IF(requests >= ${FEWEST_REQUESTS}, gateway - service, 0)`,
    metrics: { gateway: latency, service: serviceLatency, requests },
  };
}

/** Account concurrency that is not available to on-demand functions ("Monitoring concurrency", AWS Lambda). */
const ACCOUNT_CONCURRENCY: Metric = {
  namespace: "AWS/Lambda",
  name: "ClaimedAccountConcurrency",
  dimensions: {},
  statistic: "Maximum",
};

/** A function with reserved concurrency has its own limit. The others share the account's. */
function concurrencyLimits({ functions, alarms }: AlarmsProps) {
  const own = functions.flatMap(({ id, name, reservedConcurrency: limit }) =>
    limit === undefined ? [] : [{ suffix: id, of: concurrencyOf(name), limit }],
  );
  const account = { suffix: "account", of: ACCOUNT_CONCURRENCY, limit: alarms.accountConcurrency };
  return own.length < functions.length ? [...own, account] : own;
}
