import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { Construct } from "constructs";
import { runbookOf } from "../../../intent/model/alarm-table";
import type { Service } from "../../../intent/model/intent";
import {
  BURN_RATES,
  type BurnRate,
  type BurnWindow,
  countsOf,
  FAILURES,
  type Objective,
  objectivesOf,
  patternsOf,
  type SloCount,
  type SloIntent,
  thresholdOf,
} from "../../../intent/model/slo";
import { actionsOf, declareAlarm } from "../alarms/alarm";
import { countLines } from "../alarms/log-metric";
import { type Computed, logMetric, type Metric, metricName, shareOf } from "../alarms/metric";
import type { WatchedGateway } from "../watched";

export interface ServiceSloProps {
  /** `storefront-dev`: prefix of the names, and namespace of the metrics. */
  readonly prefix: string;
  readonly service: Service;
  readonly slo: SloIntent;
  readonly gateway: Pick<WatchedGateway, "accessLog" | "kindPrefix">;
  /** ARNs of SNS topics. */
  readonly actions: readonly string[];
}

/** A service's objectives, as its callers see them: counts of its requests, and alarms on how fast its budget burns. */
export function declareSlo(scope: Construct, props: ServiceSloProps): void {
  // A separate path segment, so that a renamed service's alarms move with it.
  const of = new Construct(new Construct(scope, "slo"), props.service.key);
  for (const count of countsOf(props.slo)) countRequests(of, props, count);
  for (const burn of BURN_RATES) burnAlarm(of, props, burn);
}

function countRequests(scope: Construct, props: ServiceSloProps, { id, condition }: SloCount): void {
  const { prefix, service, gateway } = props;
  const metric = sloMetric(prefix, service.id, id);
  const keys = service.routes.map(({ key }) => key);
  const logGroup = gateway.accessLog.group;
  for (const [part, pattern] of patternsOf(keys, condition).entries()) {
    const of = `${gateway.kindPrefix}${id}-${part + 1}`;
    const name = `${prefix}-${service.id}-slo-${of}`;
    // Without zeros, a budget that nothing has burnt yet would have no line in a chart.
    countLines(scope, of, { name, logGroup, pattern, metric, isZeroOtherwise: true });
  }
}

/**
 * One alarm has one period, so each window has its own alarm, which notifies no topic. The composite alarm notifies
 * while both windows of an objective burn.
 */
function burnAlarm(scope: Construct, props: ServiceSloProps, burn: BurnRate): void {
  const { prefix, service, slo, actions } = props;
  const rules = objectivesOf(slo).map(({ id, percent }) => {
    const arns = burn.windows.map((window) => {
      const name = `${id}-${window.id}`;
      return declareAlarm(scope, name, {
        name: `${prefix}-${service.id}-slo-${name}`,
        meaning: `${inWords(service)} burns its ${id} budget ${burn.rate} times too fast, over ${window.id}`,
        runbook: RUNBOOK,
        of: badShare(prefix, service.id, id, window.showsThat),
        // A quiet service still fails as long as no later call succeeds.
        ...(window.showsThat === "continues" && { withoutData: "ignore" as const }),
        threshold: thresholdOf(percent, burn.rate),
        periodSeconds: window.seconds,
        periods: { breaching: 1, of: 1 },
        actions: [],
      }).arn;
    });
    return `(${arns.map((arn) => `ALARM("${arn}")`).join(" AND ")})`;
  });
  new CloudwatchCompositeAlarm(scope, burn.id, {
    alarmName: `${prefix}-${service.id}-slo-${burn.id}`,
    alarmDescription: `${inWords(service)} burns its error budget ${burn.rate} times too fast (${runbookOf(RUNBOOK)})`,
    alarmRule: rules.join(" OR "),
    ...actionsOf(actions),
  });
}

/** Heading of docs/how-to/incidents.md. */
const RUNBOOK = "slo";

/** `orders`, or `the MCP server orders-tools`. */
function inWords({ id, routes }: Service): string {
  return routes.some(({ mcp }) => mcp !== undefined) ? `the MCP server ${id}` : id;
}

function sloMetric(namespace: string, service: string, count: SloCount["id"]): Metric {
  return logMetric(namespace, metricName(`slo-${service}-${count}`));
}

/**
 * Percent of a service's requests that miss an objective: 0 for too few misses to matter. To show that misses continue,
 * one is enough, and without requests there is no value.
 */
export function badShare(
  namespace: string,
  service: string,
  objective: Objective,
  showsThat: BurnWindow["showsThat"] = "matters",
): Computed {
  const metric = (count: SloCount["id"]) => sloMetric(namespace, service, count);
  const share = shareOf("requests", metric(FAILURES[objective]), metric("requests"));
  return showsThat === "matters" ? share : { ...share, expression: "100 * errors / requests" };
}
