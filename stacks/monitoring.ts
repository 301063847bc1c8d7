import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Intent, Service } from "../intent/model/intent";
import { AuthorizerAlarms } from "./aws/alarms/authorizer-alarms";
import { gatewayAlarms } from "./aws/alarms/gateway-alarms";
import { declareSlo } from "./aws/slo/service-slo";
import type { WatchedFunction, WatchedGateway } from "./aws/watched";
import { cloudMonitoringJson } from "./dashboards/cloud-monitoring";
import { cloudwatchBody } from "./dashboards/cloudwatch";

export interface MonitoringProps {
  readonly intent: Intent;
  /** One, or two if both kinds of API exist. */
  readonly gateways: readonly WatchedGateway[];
  /** The authorizer functions. Empty with `handshake: shared-issuer`. */
  readonly functions: readonly WatchedFunction[];
  /** Resource names of a service's objectives in Cloud Monitoring. */
  readonly objectivesOf: (service: Service) => readonly string[];
  /** Wait for these in Google: the project's APIs. */
  readonly after: readonly ITerraformDependable[];
}

/** What watches an environment: alarms, services' objectives as callers see them, and a dashboard in each cloud. */
export class Monitoring extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringProps,
  ) {
    super(scope, id);
    this.slos();
    this.alarms();
    if (props.intent.dashboards) this.dashboards();
  }

  private slos(): void {
    const { intent, gateways } = this.props;
    const { prefix, services, alarms } = intent;
    for (const service of services) {
      const { slo } = service;
      const shared = { prefix, service, gateways, actions: alarms?.actions ?? [] };
      if (slo) declareSlo(new Construct(this, `ServiceSlo-${service.id}`), { ...shared, slo });
    }
  }

  private alarms(): void {
    const { intent, gateways, functions } = this.props;
    const { prefix, alarms } = intent;
    if (alarms === undefined) return;
    // Inside, a word of a path is the name of an alarm, and no service's id.
    const scope = new Construct(this, "Alarms");
    for (const gateway of gateways) {
      gatewayAlarms(new Construct(scope, `GatewayAlarms-${gateway.kindPrefix}`), { prefix, alarms, gateway });
    }
    if (functions.length > 0) new AuthorizerAlarms(scope, "AuthorizerAlarms", { prefix, alarms, functions });
  }

  /** One dashboard in each cloud, with the same rows. Both show metrics only, and no log line. */
  private dashboards(): void {
    const { intent, objectivesOf, after, ...props } = this.props;
    const watched = {
      ...props,
      prefix: intent.prefix,
      region: intent.aws.region,
      ...(intent.alarms && { alarms: intent.alarms }),
      services: intent.services.map((service) => ({ service, objectives: objectivesOf(service) })),
    };
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: intent.prefix,
      dashboardBody: cloudwatchBody(watched),
    });
    new MonitoringDashboard(this, "dashboard-google", {
      dashboardJson: cloudMonitoringJson(watched),
      dependsOn: [...after],
    });
  }
}
