import { MonitoringService } from "@cdktf/provider-google/lib/monitoring-service";
import { MonitoringSlo } from "@cdktf/provider-google/lib/monitoring-slo";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EnvoyContainer } from "../../contract/envoy/container";
import type { Intent, Service } from "../../intent/model/intent";
import { envoySecretId } from "../../intent/model/names";
import { BUDGET_DAYS, objectivesOf, rounded, type SloIntent } from "../../intent/model/slo";
import { comesFrom } from "../shared/comes-from";
import type { RunEndpoint } from "../shared/run-endpoint";
import { duration } from "./duration";
import type { Federation } from "./federation";
import { RunService } from "./run-service";
import type { SecretRotations } from "./service-secret";
import { ServiceSecret } from "./service-secret";
import { Verifier } from "./verifier";

export interface PrivateServiceProps {
  readonly intent: Intent;
  readonly service: Service;
  /** Federation of its invoker. Unset: only Envoy protects the service. */
  readonly federation?: Federation;
  /** The Envoy in front of the app, if there is one. */
  readonly envoy?: EnvoyContainer;
  /** Topic for rotation reminders; undefined if no secret rotates. */
  readonly rotations?: SecretRotations;
  readonly after: readonly ITerraformDependable[];
}

/** One service with its accounts: the invoker, if any, and the runtime account, which may read its secrets. */
export class PrivateService extends Construct implements RunEndpoint {
  readonly url: string;
  readonly runtimeAccountId: string;
  readonly ready: readonly ITerraformDependable[];
  /** Resource names of its objectives in Cloud Monitoring, known after apply. */
  readonly objectives: readonly string[];
  private readonly run: RunService;

  constructor(scope: Construct, id: string, props: PrivateServiceProps) {
    super(scope, id);
    const { service, federation } = props;
    const { google, protect } = props.intent;
    const invoker = federation && this.invoker(federation, props);
    const runtime = this.runtime(props);
    const secrets = this.secrets(props, runtime);
    this.run = new RunService(new Construct(this, "RunService"), service.key, {
      service,
      region: google.region,
      runtimeEmail: runtime.email,
      invoker: invoker?.member,
      verifier: this.verifier(props, runtime),
      secrets,
      protect,
    });
    this.objectives = service.slo === undefined ? [] : this.slos(service.slo, props);
    this.url = this.run.url;
    this.runtimeAccountId = runtime.uniqueId;
    const trusted = federation && invoker ? [federation.ready, invoker.impersonation] : [];
    this.ready = [...trusted, this.run.ready];
    this.checkAfter(trusted);
  }

  /**
   * Changes the service after these. Its IAM check may be switched on only when everything exists that lets a call pass
   * it. Until then, its verifier decides alone.
   */
  checkAfter(passed: readonly ITerraformDependable[]): void {
    this.run.waitFor(passed);
  }

  /** The Google half of a service's invoker: an account without keys. Only one AWS role can mint its ID tokens. */
  private invoker(federation: Federation, { service, after }: PrivateServiceProps) {
    const { name } = service;
    const scope = new Construct(new Construct(this, "InvokerAccount"), service.key);
    const account = new ServiceAccount(scope, "Account", {
      accountId: name,
      displayName: name,
      description: `Invokes Cloud Run service ${name}; AWS role ${name} becomes it`,
      dependsOn: [...after],
    });
    const impersonation = new ServiceAccountIamBinding(scope, "Impersonation", {
      serviceAccountId: account.name,
      // This role can mint only ID tokens; roles/iam.workloadIdentityUser would also give access tokens.
      role: "roles/iam.serviceAccountOpenIdTokenCreator",
      members: [federation.memberFor(service)],
    });
    return { member: account.member, impersonation };
  }

  /**
   * The account a service's containers run as. It has no permission except to read its secrets, which their bindings
   * grant.
   */
  private runtime({ service, after }: PrivateServiceProps): ServiceAccount {
    return new ServiceAccount(new Construct(new Construct(this, "RuntimeAccount"), service.key), "rt", {
      accountId: service.runtimeName,
      displayName: service.runtimeName,
      description: "Containers of the Cloud Run service run as this account",
      dependsOn: [...after],
    });
  }

  private verifier(props: PrivateServiceProps, runtime: ServiceAccount): Verifier | undefined {
    const { service, envoy, after } = props;
    const { google, protect } = props.intent;
    if (envoy === undefined) return undefined;
    return new Verifier(new Construct(this, "Verifier"), service.key, {
      envoy,
      secretId: envoySecretId(service.name),
      region: google.region,
      reader: runtime.member,
      protect,
      after,
    });
  }

  private secrets(props: PrivateServiceProps, runtime: ServiceAccount): ReadonlyMap<string, ServiceSecret> {
    const scope = new Construct(this, "Secrets");
    const { intent, service, rotations, after } = props;
    const shared = { region: intent.google.region, reader: runtime.member, protect: intent.protect, after };
    return new Map(
      service.secrets.map(({ id, variable, secretId, replicas, versionAdders, rotateEveryDays: everyDays }) => {
        const secret = new ServiceSecret(scope, id, {
          ...shared,
          key: ["services", service.key, "secrets", variable],
          secretId,
          replicas,
          versionAdders,
          ...(everyDays !== undefined && rotations && { rotation: { everyDays, rotations } }),
        });
        return [id, secret];
      }),
    );
  }

  /** Objectives that Cloud Run itself measures: without the gateway's own errors and time. */
  private slos(slo: SloIntent, { service, intent, after }: PrivateServiceProps): readonly string[] {
    const of = new Construct(
      comesFrom(new Construct(this, "ServiceSlo"), ["services", service.key, "slo"]),
      service.key,
    );
    const monitored = new MonitoringService(of, "Service", {
      serviceId: service.name,
      displayName: service.name,
      basicService: {
        serviceType: "CLOUD_RUN",
        serviceLabels: { service_name: service.name, location: intent.google.region },
      },
      dependsOn: [...after],
    });
    return objectivesOf(slo).map(
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
              : { latency: { threshold: duration(slo.latency.ms) } },
        }).name,
    );
  }
}
