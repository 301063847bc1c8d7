import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { FederationIntent, GoogleIntent, Service } from "../../intent/model/intent";
import { rotationTopic, secretManagerAgent } from "../../intent/model/names";
import type { RunEndpoint } from "../shared/run-endpoint";
import { AuditedLogs } from "./audited-logs";
import type { Sidecar } from "./envoy/sidecar";
import { Federation } from "./federation";
import { PrivateService } from "./private-service";
import { Project } from "./project";
import { SecretRotations } from "./secret-rotations";
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
    const rotations = this.rotations(props, after);
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
    this.auditedView = props.auditors.length === 0 ? undefined : this.auditedLogs(props, after);
  }

  endpointOf(service: Service): RunEndpoint {
    return this.declared.get(service.id) as PrivateService;
  }

  /** Resource names of a service's objectives in Cloud Monitoring, known after apply. */
  objectivesOf(service: Service): readonly string[] {
    return this.declared.get(service.id)?.objectives ?? [];
  }

  private rotations(
    { prefix, google, services }: PrivateServicesProps,
    after: readonly ITerraformDependable[],
  ): SecretRotations | undefined {
    if (!services.some(hasRotation)) return undefined;
    if (google.projectNumber === undefined)
      throw new Error("a rule let a rotation without the project's number through");
    return new SecretRotations(this, "SecretRotations", {
      name: rotationTopic(prefix),
      agent: secretManagerAgent(google.projectNumber),
      after,
    });
  }

  private auditedLogs(props: PrivateServicesProps, after: readonly ITerraformDependable[]): string {
    return new AuditedLogs(this, "AuditedLogs", {
      ...props.google,
      name: props.auditorsName,
      retentionDays: props.logRetentionDays,
      services: props.services.map(({ name }) => name),
      ...(props.federation && { poolId: props.federation.poolId }),
      groups: props.auditors,
      after,
    }).view;
  }

  private ownProject(props: PrivateServicesProps): readonly ITerraformDependable[] {
    return new Project(this, "Project", {
      project: props.google.project,
      usesSecrets: props.services.some((service) => this.hasSecret(service, props)),
      usesTopics: props.services.some(hasRotation),
      usesLogging: props.auditors.length > 0,
      usesMonitoring: props.hasDashboard || props.services.some(({ slo }) => slo !== undefined),
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
