import { LoggingLogView } from "@cdktf/provider-google/lib/logging-log-view";
import { LoggingLogViewIamBinding } from "@cdktf/provider-google/lib/logging-log-view-iam-binding";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EnvoyContainer } from "../../contract/envoy/container";
import type { Intent, Service } from "../../intent/model/intent";
import { auditorsRole, rotationTopic, secretManagerAgent } from "../../intent/model/names";
import { comesFrom } from "../shared/comes-from";
import type { RunEndpoint } from "../shared/run-endpoint";
import { Federation } from "./federation";
import { routedLogs, visibleLogs } from "./log-filters";
import { PrivateService } from "./private-service";
import { Project } from "./project";
import type { SecretRotations } from "./service-secret";

/** The Google half: the project's own settings if this environment owns it, the federation, and each service. */
export class PrivateServices extends Construct {
  /** Full name of the federation provider, known after apply. */
  readonly federationProvider?: string;
  /** Wait for these before declaring anything else in the project. */
  readonly after: readonly ITerraformDependable[];
  /** The log view that auditors read; undefined without auditors. */
  readonly auditedView?: string;
  private readonly declared: ReadonlyMap<string, PrivateService>;

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
        const declared = new PrivateService(this, `PrivateService-${service.id}`, props);
        return [service.id, comesFrom(declared, ["services", service.key])];
      }),
    );
    const groups = intent.auditors?.googleGroups ?? [];
    this.auditedView = groups.length === 0 ? undefined : this.auditedLogs(groups);
  }

  endpointOf(service: Service): RunEndpoint {
    return this.declared.get(service.id) as PrivateService;
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
      topic: topic.name,
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
      name: view.name,
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
