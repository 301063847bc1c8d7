import { LoggingLogView } from "@cdktf/provider-google/lib/logging-log-view";
import { LoggingLogViewIamBinding } from "@cdktf/provider-google/lib/logging-log-view-iam-binding";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { FederationIntent, GoogleIntent, Service } from "../../intent/model/intent";
import { rotationTopic, secretManagerAgent } from "../../intent/model/names";
import type { RunEndpoint } from "../shared/run-endpoint";
import type { Sidecar } from "./envoy/sidecar";
import { Federation } from "./federation";
import { routedLogs, visibleLogs } from "./log-filters";
import { PrivateService } from "./private-service";
import { Project } from "./project";
import type { SecretRotations } from "./service-secret";
import { isMounted } from "./verifier";

export interface PrivateServicesProps {
  /** Prefix of the names of shared resources: `storefront-dev`. */
  readonly prefix: string;
  readonly google: GoogleIntent;
  /** Undefined if only Envoy protects the services. */
  readonly federation?: FederationIntent;
  /** The AWS account whose roles may impersonate the invokers. */
  readonly awsAccount: string;
  /** CEL condition that lists the exact assumed roles. */
  readonly attributeCondition: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/NAME` of the role that impersonates a service's invoker. */
  readonly assumedRoleOf: (service: Service) => string;
  readonly services: readonly Service[];
  /** What Envoy enforces in front of a service's app; undefined if the service has no Envoy. */
  readonly sidecarOf: (service: Service) => Sidecar | undefined;
  readonly envoyImage?: string;
  /** Deletion protection of services and secrets. */
  readonly protect: boolean;
  /** Google groups that may read the logs. Empty: no log bucket. */
  readonly auditors: readonly string[];
  /** Name of the auditors' resources. */
  readonly auditorsName: string;
  readonly logRetentionDays: number;
  /** Whether the environment has dashboards. */
  readonly hasDashboard: boolean;
}

/** The Google half: the project's own settings if this environment owns it, the federation, and each service. */
export class PrivateServices extends Construct {
  /** Full name of the federation provider, known after apply. */
  readonly federationProvider?: string;
  /** Wait for these before declaring anything else in the project. */
  readonly after: readonly ITerraformDependable[];
  /** The log view that auditors read; undefined without auditors. */
  readonly auditedView?: string;
  private readonly declared: ReadonlyMap<string, PrivateService>;

  constructor(scope: Construct, id: string, props: PrivateServicesProps) {
    super(scope, id);
    const after = props.google.ownsProject ? this.ownProject(props) : [];
    this.after = after;
    const federation =
      props.federation &&
      new Federation(this, "Federation", {
        ...props.federation,
        awsAccount: props.awsAccount,
        attributeCondition: props.attributeCondition,
        after,
      });
    this.federationProvider = federation?.providerName;
    const rotations = this.rotations(props);
    this.declared = new Map(
      props.services.map((service) => [
        service.id,
        new PrivateService(this, `PrivateService-${service.id}`, {
          ...props,
          service,
          federation,
          rotations,
          sidecar: props.sidecarOf(service),
          after,
        }),
      ]),
    );
    this.auditedView = props.auditors.length === 0 ? undefined : this.auditedLogs(props);
  }

  endpointOf(service: Service): RunEndpoint {
    return this.declared.get(service.id) as PrivateService;
  }

  /** Resource names of a service's objectives in Cloud Monitoring, known after apply. */
  objectivesOf(service: Service): readonly string[] {
    return this.declared.get(service.id)?.objectives ?? [];
  }

  /**
   * The environment's topic, on which Google publishes that a secret is due for rotation, and other events. Messages name
   * secrets but contain no values. The topic has no subscription.
   */
  private rotations({ prefix, google, services }: PrivateServicesProps): SecretRotations | undefined {
    if (!services.some(hasRotation)) return undefined;
    if (google.projectNumber === undefined)
      throw new Error("a rule let a rotation without the project's number through");
    const topic = new PubsubTopic(this, "secret-rotations", {
      name: rotationTopic(prefix),
      dependsOn: [...this.after],
    });
    const ready = new PubsubTopicIamBinding(new Construct(this, "Publisher"), "secret-rotations", {
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
  private auditedLogs(props: PrivateServicesProps): string {
    const { auditorsName: name, federation, services } = props;
    const { project, region: location } = props.google;
    const scope = new Construct(this, "AuditedLogs");
    const bucket = new LoggingProjectBucketConfig(new Construct(scope, "Bucket"), "auditors", {
      project,
      location,
      bucketId: name,
      description: "Requests, lines and audit logs of the front door's services",
      // 1-3650 (Cloud Logging, "Quotas and limits").
      retentionDays: props.logRetentionDays,
      dependsOn: [...this.after],
    });
    // Writing to a bucket in the sink's own project needs no grant (Cloud Logging, "Set destination permissions").
    new LoggingProjectSink(new Construct(scope, "Sink"), "auditors", {
      name,
      project,
      description: "Of this environment's services and accounts alone",
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: routedLogs({ project, services: services.map((service) => service.name), poolId: federation?.poolId }),
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
      members: props.auditors.map((group) => `group:${group}`),
    });
    return `projects/${project}/locations/${location}/buckets/${name}/views/auditors`;
  }

  private ownProject(props: PrivateServicesProps): readonly ITerraformDependable[] {
    return new Project(this, "Project", props.google.project, {
      secretmanager: props.services.some((service) => this.hasSecret(service, props)),
      pubsub: props.services.some(hasRotation),
      logging: props.auditors.length > 0,
      monitoring: props.hasDashboard || props.services.some(({ slo }) => slo !== undefined),
    }).ready;
  }

  /** Also true for a mounted Envoy configuration, which is stored as a secret but is not secret. */
  private hasSecret(service: Service, { sidecarOf }: PrivateServicesProps): boolean {
    if (service.secrets.length > 0) return true;
    const sidecar = sidecarOf(service);
    return sidecar !== undefined && isMounted(this, sidecar);
  }
}

function hasRotation({ secrets }: Service): boolean {
  return secrets.some(({ rotateEveryDays }) => rotateEveryDays !== undefined);
}
