import { MonitoringService } from "@cdktf/provider-google/lib/monitoring-service";
import { MonitoringSlo } from "@cdktf/provider-google/lib/monitoring-slo";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Service } from "../../intent/model/intent";
import { BUDGET_DAYS, objectivesOf, rounded, type SloIntent } from "../../intent/model/slo";

export interface ServiceSloProps {
  readonly service: Service;
  readonly slo: SloIntent;
  readonly region: string;
  readonly after: readonly ITerraformDependable[];
}

/** A service's objectives in Cloud Monitoring, measured by Cloud Run itself: without the gateway's own errors and time. */
export class ServiceSlo extends Construct {
  /** Resource names of the objectives, known after apply. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { service, slo, region, after }: ServiceSloProps) {
    super(scope, id);
    const of = new Construct(this, service.key);
    const monitored = new MonitoringService(of, "Service", {
      serviceId: service.name,
      displayName: service.name,
      basicService: { serviceType: "CLOUD_RUN", serviceLabels: { service_name: service.name, location: region } },
      dependsOn: [...after],
    });
    this.names = objectivesOf(slo).map(
      ({ id: objective, percent }) =>
        new MonitoringSlo(of, objective, {
          service: monitored.serviceId,
          sloId: objective,
          displayName: `${service.name} ${objective}`,
          goal: rounded(percent / 100),
          rollingPeriodDays: BUDGET_DAYS,
          basicSli:
            objective === "availability" || slo.latency === undefined
              ? { availability: { enabled: true } }
              : { latency: { threshold: `${rounded(slo.latency.ms / 1000)}s` } },
        }).name,
    );
  }
}
