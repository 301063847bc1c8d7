import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { LoggingLogView } from "@cdktf/provider-google/lib/logging-log-view";
import { LoggingLogViewIamBinding } from "@cdktf/provider-google/lib/logging-log-view-iam-binding";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { MonitoringService } from "@cdktf/provider-google/lib/monitoring-service";
import { MonitoringSlo } from "@cdktf/provider-google/lib/monitoring-slo";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EnvoyContainer } from "../../contract/envoy/container";
import { AWS_MAPPING } from "../../contract/federation";
import type { Intent, Service } from "../../intent/model/intent";
import {
  assumedRoleArn,
  attributeCondition,
  auditorsRole,
  envoySecretId,
  releaseRole,
  rotationTopic,
  secretManagerAgent,
} from "../../intent/model/names";
import { BUDGET_DAYS, objectivesOf, rounded, type SloIntent } from "../../intent/model/slo";
import { comesFrom } from "../shared/comes-from";
import type { RunEndpoint } from "../shared/run-endpoint";
import { duration } from "./duration";
import { routedLogs, visibleLogs } from "./log-filters";
import { Project } from "./project";
import { ExistingRunService, RunService } from "./run-service";
import { type SecretRotations, ServiceSecret } from "./service-secret";
import { Verifier } from "./verifier";

/** The Google half: the project's own settings if this environment owns it, the federation, and each service. */
export class PrivateServices extends Construct {
  /** Full name of the federation provider, known after apply. */
  readonly federationProvider?: string;
  /** Wait for these before declaring anything else in the project. */
  readonly after: readonly ITerraformDependable[];
  /** The log view that auditors read; undefined without auditors. */
  readonly auditedView?: string;
  private readonly declared: ReadonlyMap<string, DeclaredService>;

  /** @param envoyOf the Envoy in front of a service's app; undefined if the service has none */
  constructor(
    scope: Construct,
    id: string,
    private readonly intent: Intent,
    private readonly envoyOf: (service: Service) => EnvoyContainer | undefined,
  ) {
    super(scope, id);
    this.after = intent.google.ownsProject ? this.ownProject() : [];
    const { after } = this;
    const federation = intent.handshake === "federated" ? new Federation(this, "Federation", intent, after) : undefined;
    this.federationProvider = federation?.providerName;
    const rotations = this.rotations();
    this.declared = new Map(
      intent.services.map((service) => {
        const props = { intent, service, federation, rotations, envoy: envoyOf(service), after };
        const Declared = service.existing === undefined ? PrivateService : ExistingService;
        const declared = new Declared(this, `PrivateService-${service.id}`, props);
        return [service.id, comesFrom(declared, ["services", service.key])];
      }),
    );
    const groups = intent.auditors?.googleGroups ?? [];
    this.auditedView = groups.length === 0 ? undefined : this.auditedLogs(groups);
  }

  endpointOf(service: Service): RunEndpoint {
    return this.declared.get(service.id) as DeclaredService;
  }

  /** Switches on a service's IAM check after these, which let a call pass it. */
  checkAfter(service: Service, passed: readonly ITerraformDependable[]): void {
    this.declared.get(service.id)?.checkAfter(passed);
  }

  /** Resource names of a service's objectives in Cloud Monitoring, known after apply. */
  objectivesOf(service: Service): readonly string[] {
    return this.declared.get(service.id)?.objectives ?? [];
  }

  /**
   * The environment's topic, on which Google publishes that a secret is due for rotation, and other events. Messages name
   * secrets but contain no values. The topic has no subscription.
   */
  private rotations(): SecretRotations | undefined {
    const { prefix, google, services } = this.intent;
    if (!services.some(hasRotation)) return undefined;
    if (google.projectNumber === undefined)
      throw new Error("a rule let a rotation without the project's number through");
    const topic = new PubsubTopic(this, "secret-rotations", {
      name: rotationTopic(prefix),
      dependsOn: [...this.after],
    });
    comesFrom(topic, ["google", "projectNumber"]);
    const publisher = comesFrom(new Construct(this, "Publisher"), ["google", "projectNumber"]);
    const ready = new PubsubTopicIamBinding(publisher, "secret-rotations", {
      topic: topic.id,
      role: "roles/pubsub.publisher",
      // Google's service agent. It exists only once it has been created.
      members: [`serviceAccount:${secretManagerAgent(google.projectNumber)}`],
    });
    return { topic: topic.id, ready };
  }

  /**
   * The environment's own log bucket, with the config's retention, and a view of it that the auditors' groups may read.
   * Google's bucket `_Default` keeps its own copy for its own retention, which auditors cannot read.
   *
   * @returns the view: `projects/P/locations/L/buckets/B/views/V`
   */
  private auditedLogs(groups: readonly string[]): string {
    const { prefix, google, logs } = this.intent;
    const { project, region: location } = google;
    const name = auditorsRole(prefix);
    const scope = comesFrom(new Construct(this, "AuditedLogs"), ["auditors", "googleGroups"]);
    const bucket = new LoggingProjectBucketConfig(new Construct(scope, "Bucket"), "auditors", {
      project,
      location,
      bucketId: name,
      description: "Requests, lines and audit logs of the front door's services",
      // 1-3650 (Cloud Logging, "Quotas and limits").
      retentionDays: logs.retentionDays,
      dependsOn: [...this.after],
    });
    // Writing to a bucket in the sink's own project needs no grant (Cloud Logging, "Set destination permissions").
    new LoggingProjectSink(new Construct(scope, "Sink"), "auditors", {
      name,
      project,
      description: "Of this environment's services and accounts alone",
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: routedLogs(this.intent),
      uniqueWriterIdentity: true,
    });
    const view = new LoggingLogView(new Construct(scope, "View"), "auditors", {
      parent: `projects/${project}`,
      location,
      bucket: bucket.bucketId,
      name: "auditors",
      description: "Requests and audit logs, and nothing that a container prints",
      filter: visibleLogs(project),
    });
    new LoggingLogViewIamBinding(new Construct(scope, "Readers"), "auditors", {
      parent: view.parent,
      location,
      bucket: view.bucket,
      name: view.id,
      role: "roles/logging.viewAccessor",
      members: groups.map((group) => `group:${group}`),
    });
    return `projects/${project}/locations/${location}/buckets/${name}/views/auditors`;
  }

  private ownProject(): readonly ITerraformDependable[] {
    const { auditors, dashboards, google, services } = this.intent;
    const project = new Project(this, "Project", google.project, {
      secretmanager: services.some((service) => this.hasSecret(service)),
      pubsub: services.some(hasRotation),
      logging: (auditors?.googleGroups ?? []).length > 0,
      monitoring: dashboards || services.some(({ slo }) => slo !== undefined),
    });
    return comesFrom(project, ["google", "ownsProject"]).ready;
  }

  /** Also true for a mounted Envoy configuration, which is stored as a secret but is not secret. */
  private hasSecret(service: Service): boolean {
    if (service.secrets.length > 0) return true;
    return this.envoyOf(service)?.mounted !== undefined;
  }
}

function hasRotation({ secrets }: Service): boolean {
  return secrets.some(({ rotateEveryDays }) => rotateEveryDays !== undefined);
}

interface PrivateServiceProps {
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

interface DeclaredService extends RunEndpoint {
  /** Resource names of its objectives in Cloud Monitoring, known after apply. */
  readonly objectives: readonly string[];
  checkAfter(passed: readonly ITerraformDependable[]): void;
}

/** The Google half of a service's invoker: an account without keys. Only one AWS role can mint its ID tokens. */
function declareInvoker(parent: Construct, federation: Federation, { service, after }: PrivateServiceProps) {
  const { existing, name } = service;
  const scope = new Construct(new Construct(parent, "InvokerAccount"), service.key);
  const account = new ServiceAccount(scope, "Account", {
    accountId: name,
    displayName: name,
    description: `Invokes Cloud Run service ${existing?.name ?? name}; AWS role ${name} becomes it`,
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

/** A service that others manage, with its invoker. */
class ExistingService extends Construct implements DeclaredService {
  readonly url: string;
  readonly ready: readonly ITerraformDependable[];
  readonly objectives = [];

  constructor(scope: Construct, id: string, props: PrivateServiceProps) {
    super(scope, id);
    const { service, federation } = props;
    const { audience, existing, key } = service;
    if (existing === undefined || federation === undefined) throw new Error(`${key}: a rule let this service through`);
    const invoker = declareInvoker(this, federation, props);
    const run = new ExistingRunService(
      comesFrom(new Construct(this, "ExistingService"), ["services", key, "existing"], {
        audience: ["audience"],
        location: ["region"],
        project: ["project"],
      }),
      key,
      { existing, audience, invoker: invoker.member },
    );
    this.url = run.url;
    this.ready = [federation.ready, invoker.impersonation, run.ready];
  }

  /** Its check is on already: each plan requires that. */
  checkAfter(): void {}
}

/** One service with its accounts: the invoker, if any, and the runtime account, which may read its secrets. */
class PrivateService extends Construct implements DeclaredService {
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
    const invoker = federation && declareInvoker(this, federation, props);
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
      releaseRole: releaseRole(props.intent),
    });
    this.releasable(props, runtime);
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

  /** Lets the service's own pipeline deploy code that runs as the account. Cloud Run asks for it at each release. */
  private releasable({ service }: PrivateServiceProps, runtime: ServiceAccount): void {
    const { principals = [] } = service.release ?? {};
    if (principals.length === 0) return;
    const binding = new ServiceAccountIamBinding(
      new Construct(new Construct(this, "Release"), service.key),
      "release",
      {
        serviceAccountId: runtime.name,
        role: "roles/iam.serviceAccountUser",
        members: [...principals],
      },
    );
    comesFrom(binding, ["services", service.key, "deployedBy"]);
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

/**
 * Google's trust in the AWS account, one half of the federation's trust. The other half is each service account's own
 * binding, which names one role.
 */
class Federation extends Construct {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`, known after apply. */
  readonly providerName: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;
  private readonly poolName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly intent: Pick<Intent, "aws" | "federation" | "services">,
    after: readonly ITerraformDependable[],
  ) {
    super(scope, id);
    const { aws, federation, services } = intent;
    const pool = new IamWorkloadIdentityPool(this, "gateway", {
      workloadIdentityPoolId: federation.poolId,
      displayName: federation.poolId,
      description: "AWS roles that invoke Cloud Run services through API Gateway",
      disabled: false,
      dependsOn: [...after],
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, "aws-gateway", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: federation.providerId,
      displayName: federation.providerId,
      description: "Exactly the invoker roles of this environment",
      disabled: false,
      // The only AWS account whose identities are accepted.
      aws: { accountId: aws.account },
      attributeMapping: AWS_MAPPING,
      attributeCondition: attributeCondition(services.map((service) => this.assumedRoleOf(service))),
    });
    for (const each of [pool, provider]) comesFrom(each, ["federation", "generation"]);
    this.ready = provider;
    this.providerName = provider.name;
    this.poolName = pool.name;
  }

  /** IAM member for every session of the one assumed role that impersonates a service's invoker. */
  memberFor(service: Service): string {
    return `principalSet://iam.googleapis.com/${this.poolName}/attribute.aws_role/${this.assumedRoleOf(service)}`;
  }

  private assumedRoleOf({ name }: Service): string {
    return assumedRoleArn(this.intent.aws.account, name);
  }
}
