import { Construct } from "constructs";
import { type AlarmFact, type AlarmsIntent, DECISIONS } from "../../../intent/model/alarm-table";
import type { WatchedFunction } from "../watched";
import { factAlarm, wantedAlarms } from "./alarm";
import { shareOf } from "./gateway-alarms";
import { countLines } from "./log-metric";
import { type Computed, concurrencyOf, logMetric, type Metric, metricName } from "./metric";

export interface AuthorizerAlarmsProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly alarms: AlarmsIntent;
  readonly functions: readonly WatchedFunction[];
}

/** Name of the metric that counts all decisions. */
export const ALL_DECISIONS = "decisions";

/** What the authorizer functions refuse, what they cannot decide, and how many of them run at once. */
export class AuthorizerAlarms extends Construct {
  private readonly filters = new Construct(this, "Filters");

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AuthorizerAlarmsProps,
  ) {
    super(scope, id);
    for (const { fact, threshold } of wantedAlarms(props.alarms)) this.declare(fact, threshold);
  }

  private declare(fact: AlarmFact, threshold: number): void {
    const { prefix } = this.props;
    const { id, source } = fact;
    switch (source.kind) {
      case "decision-share":
        this.count(id, source.pattern);
        this.count(ALL_DECISIONS, DECISIONS);
        factAlarm(this, this.props, fact, {
          name: id,
          of: decisionShare(prefix, id),
          threshold,
          periods: { breaching: 2, of: 3 },
        });
        break;
      case "decision-count":
        this.count(id, source.pattern);
        factAlarm(this, this.props, fact, {
          name: id,
          of: logMetric(prefix, metricName(id)),
          threshold,
          periods: { breaching: 1, of: 1 },
        });
        break;
      case "concurrency":
        this.concurrency(fact, threshold);
    }
  }

  /** One metric for the lines of all functions. */
  private count(id: string, pattern: string): void {
    const { prefix, functions } = this.props;
    for (const { id: of, log } of functions) {
      countLines(this.filters, `${id}-${of}`, {
        name: `${prefix}-${id}`,
        logGroup: log,
        pattern,
        metric: logMetric(prefix, metricName(id)),
      });
    }
  }

  /** A function with reserved concurrency has a limit of its own. The others share the account's. */
  private concurrency(fact: AlarmFact, percent: number): void {
    const { functions, alarms } = this.props;
    const periods = { breaching: 2, of: 3 };
    for (const { id, name, reservedConcurrency } of functions) {
      if (reservedConcurrency === undefined) continue;
      const threshold = limitOf(reservedConcurrency, percent);
      factAlarm(this, this.props, fact, { name: `${fact.id}-${id}`, of: concurrencyOf(name), threshold, periods });
    }
    if (functions.every(({ reservedConcurrency }) => reservedConcurrency !== undefined)) return;
    const threshold = limitOf(alarms.accountConcurrency, percent);
    factAlarm(this, this.props, fact, { name: `${fact.id}-account`, of: ACCOUNT_CONCURRENCY, threshold, periods });
  }
}

/** Percent of all decisions that are in a log metric. */
export function decisionShare(namespace: string, id: string): Computed {
  return {
    expression: shareOf("decisions"),
    metrics: {
      errors: logMetric(namespace, metricName(id)),
      decisions: logMetric(namespace, metricName(ALL_DECISIONS)),
    },
  };
}

/** Concurrency of the account that on-demand functions cannot get any more ("Monitoring concurrency", AWS Lambda). */
const ACCOUNT_CONCURRENCY: Metric = {
  namespace: "AWS/Lambda",
  name: "ClaimedAccountConcurrency",
  dimensions: {},
  statistic: "Maximum",
};

function limitOf(concurrency: number, percent: number): number {
  return Math.max(1, Math.floor((concurrency * percent) / 100));
}
