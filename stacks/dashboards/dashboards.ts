import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { cloudMonitoringJson } from "./cloud-monitoring";
import { cloudwatchBody } from "./cloudwatch";
import type { Watched } from "./rows";

export interface DashboardsProps extends Watched {
  /** Wait for these in Google: the project's APIs. */
  readonly after: readonly ITerraformDependable[];
}

/** One dashboard in each cloud, with the same rows. Both show metrics only, and no log line. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { after, ...watched }: DashboardsProps) {
    super(scope, id);
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: watched.prefix,
      dashboardBody: cloudwatchBody(watched),
    });
    new MonitoringDashboard(this, "dashboard-google", {
      dashboardJson: cloudMonitoringJson(watched),
      dependsOn: [...after],
    });
  }
}
