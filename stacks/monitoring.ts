import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Intent, Service } from "../intent/model/intent";
import { declareAlarms } from "./aws/alarms/alarms";
import { declareSlo } from "./aws/slo/service-slo";
import type { WatchedFunction, WatchedGateway } from "./aws/watched";
import { cloudMonitoringJson } from "./dashboards/cloud-monitoring";
import { cloudwatchBody } from "./dashboards/cloudwatch";
import { comesFrom } from "./shared/comes-from";

export interface MonitoringProps {
  readonly intent: Intent;
  readonly gateway: WatchedGateway;
  /** The authorizer functions. Empty with `handshake: shared-issuer`. */
  readonly functions: readonly WatchedFunction[];
  /** Resource names of a service's objectives in Cloud Monitoring. */
  readonly objectivesOf: (service: Service) => readonly string[];
  /** Wait for these in Google: the project's APIs. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * Declares an environment's monitoring: alarms, services' objectives as callers see them, and a dashboard in each
 * cloud.
 */
export function declareMonitoring(
  parent: Construct,
  { intent, objectivesOf, after, ...watched }: MonitoringProps,
): void {
  const { prefix, services, alarms } = intent;
  const scope = comesFrom(new Construct(parent, "Monitoring"), ["dashboards"]);
  for (const service of services) {
    const { slo } = service;
    const shared = { prefix, service, gateway: watched.gateway, actions: alarms?.actions ?? [] };
    if (!slo) continue;
    const of = comesFrom(new Construct(scope, `ServiceSlo-${service.id}`), ["services", service.key, "slo"]);
    declareSlo(of, { ...shared, slo });
  }
  // Below this construct, a path segment is the name of an alarm, not a service's id.
  if (alarms) declareAlarms(comesFrom(new Construct(scope, "Alarms"), ["alarms"]), { ...watched, prefix, alarms });
  if (!intent.dashboards) return;
  // One dashboard in each cloud, with the same rows. Both show only metrics, and no log lines.
  const rows = {
    ...watched,
    prefix,
    region: intent.aws.region,
    ...(alarms && { alarms }),
    services: services.map((service) => ({ service, objectives: objectivesOf(service) })),
  };
  new CloudwatchDashboard(scope, "dashboard", { dashboardName: prefix, dashboardBody: cloudwatchBody(rows) });
  new MonitoringDashboard(scope, "dashboard-google", {
    dashboardJson: cloudMonitoringJson(rows),
    dependsOn: [...after],
  });
}
