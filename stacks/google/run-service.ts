import {
  CloudRunV2Service,
  type CloudRunV2ServiceTemplate,
  type CloudRunV2ServiceTemplateContainers,
  type CloudRunV2ServiceTemplateContainersEnv,
  type CloudRunV2ServiceTraffic,
  cloudRunV2ServiceTemplateToTerraform,
} from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { CloudRunV2ServiceIamBinding } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-binding";
import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { DataGoogleCloudRunV2Service } from "@cdktf/provider-google/lib/data-google-cloud-run-v2-service";
import { DataGoogleCloudRunV2ServiceIamPolicy } from "@cdktf/provider-google/lib/data-google-cloud-run-v2-service-iam-policy";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { acceptsAudience, IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE } from "../../contract/existing-service";
import { FROM_ANNOTATION } from "../../contract/rollout";
import type { ExistingService, Release, Service } from "../../intent/model/intent";
import { revisionName, type Template, withImage } from "../../packages/terraform-access-review/terraform-json/rollout";
import { comesFrom } from "../shared/comes-from";
import { resolved } from "../shared/resolved";
import { duration } from "./duration";
import type { ServiceSecret } from "./service-secret";
import { APP, type Verifier } from "./verifier";

export interface RunServiceProps {
  readonly service: Service;
  readonly region: string;
  /** E-mail address of the account its containers run as. */
  readonly runtimeEmail: string;
  /**
   * The only account that may invoke it: `serviceAccount:EMAIL`. Unset: there is no IAM check, and only the verifier
   * decides.
   */
  readonly invoker?: string;
  /** The container that verifies callers' tokens. */
  readonly verifier?: Verifier;
  /** Secrets by id. Only those with a version are mounted. */
  readonly secrets: ReadonlyMap<string, ServiceSecret>;
  readonly protect: boolean;
  /** Role with which the service's own pipeline releases images. */
  readonly releaseRole: string;
}

/** A Cloud Run service that only its invoker may call. Without an invoker, only callers that its verifier allows. */
export class RunService extends Construct {
  /** `https://….run.app`, known after apply. */
  readonly url: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;
  private readonly run: CloudRunV2Service;

  constructor(scope: Construct, id: string, props: RunServiceProps) {
    super(scope, id);
    const { invoker } = props;
    if (invoker === undefined && props.verifier === undefined) {
      throw new Error(`${props.service.name}: neither an invoker nor a verifier: anyone could call it`);
    }
    this.run = this.service(props);
    this.url = this.run.uri;
    this.ready = invoker === undefined ? this.run : this.invokedBy(invoker, this.run);
    this.releasedBy(props, this.run);
  }

  /** Changes the service after these. */
  waitFor(first: readonly ITerraformDependable[]): void {
    this.run.dependsOn = [...(this.run.dependsOn ?? []), ...first.map(dependable)];
  }

  private invokedBy(member: string, run: CloudRunV2Service): ITerraformDependable {
    return new CloudRunV2ServiceIamBinding(this, "Invoker", {
      name: run.id,
      location: run.location,
      role: "roles/run.invoker",
      members: [member],
    });
  }

  /** What a release changes is the pipeline's, so a plan ignores it. */
  private releasedBy({ service, releaseRole }: RunServiceProps, run: CloudRunV2Service): void {
    const { principals = [] } = service.release ?? {};
    if (principals.length === 0) return;
    const scope = new Construct(this, "Release");
    const binding = new CloudRunV2ServiceIamBinding(scope, "release", {
      name: run.id,
      location: run.location,
      role: releaseRole,
      members: [...principals],
    });
    comesFrom(binding, ["services", service.key, "deployedBy"]);
  }

  private service({ service, secrets, verifier, invoker, ...props }: RunServiceProps): CloudRunV2Service {
    const mounted = verifier?.mounted;
    const app = container(service, secrets, verifier !== undefined);
    const template: CloudRunV2ServiceTemplate = {
      serviceAccount: props.runtimeEmail,
      timeout: duration(service.timeoutSeconds * 1000),
      maxInstanceRequestConcurrency: service.scaling.concurrency,
      scaling: { minInstanceCount: service.scaling.min, maxInstanceCount: service.scaling.max },
      containers: verifier ? [verifier.container, app] : [app],
      ...(mounted && { volumes: [mounted.volume] }),
    };
    const { revision, ...served } = rolledOut(this, service, template);
    const declared = new CloudRunV2Service(this, "Service", {
      name: service.name,
      location: props.region,
      description: invoker
        ? "Private: invoked through API Gateway alone"
        : "Envoy lets valid tokens of callers through",
      // API Gateway calls over the internet. IAM or Envoy authorizes callers, not the network.
      ingress: "INGRESS_TRAFFIC_ALL",
      invokerIamDisabled: invoker === undefined,
      // Audience of Google's ID tokens, which are needed only with the IAM check.
      ...(invoker && { customAudiences: [service.audience] }),
      deletionProtection: props.protect,
      // Cloud Run answers this block with its zeros. Not declared, it would be removed by each plan (seen with real
      // accounts: github.com/CloudSecurityOfficeHours/csoh.org, pull request 665).
      scaling: { minInstanceCount: 0 },
      template: { ...template, ...(revision !== undefined && { revision }) },
      ...served,
      ...(service.release && { lifecycle: { ignoreChanges: releasedParts(service.release, verifier !== undefined) } }),
      dependsOn: [...[...secrets.values()].map((secret) => secret.ready), ...(mounted ? [mounted.ready] : [])],
    });
    return comesFrom(declared, ["services", service.key], {
      "lifecycle.ignore_changes": ["deployedBy"],
      "template.containers.env": ["environment"],
      "template.containers.image": ["image"],
      "template.containers.resources": ["resources"],
      "template.max_instance_request_concurrency": ["scaling", "concurrency"],
      "template.scaling": ["scaling"],
      "template.timeout": ["timeoutSeconds"],
      traffic: ["rollout"],
    });
  }
}

/**
 * What a release by `gcloud run deploy` writes. A name of the revision is not among them: `--revision-suffix` and `--tag`
 * set one, and a later deploy would send it again with another template, which Cloud Run refuses with 409
 * (terraform-provider-google, issue 14569).
 */
function releasedParts({ traffic }: Release, isBehind: boolean): string[] {
  return [
    "annotations",
    "client",
    "client_version",
    "labels",
    "template[0].annotations",
    `template[0].containers[${isBehind ? 1 : 0}].image`,
    "template[0].labels",
    ...(traffic === "pipeline" ? ["traffic"] : []),
  ];
}

/**
 * The app's container. Behind a verifier it declares no port, so Cloud Run sends it no calls, and has `PORT` as a
 * variable: Cloud Run sets that only in the ingress container.
 */
function container(
  service: Service,
  secrets: ReadonlyMap<string, ServiceSecret>,
  isBehind: boolean,
): CloudRunV2ServiceTemplateContainers {
  const { image, port, resources } = service;
  const env = [...environment(service, secrets), ...(isBehind ? [{ name: "PORT", value: String(port) }] : [])];
  return {
    ...(isBehind ? { name: APP } : { ports: { containerPort: port } }),
    image,
    resources: { limits: { ...resources }, cpuIdle: true, startupCpuBoost: true },
    ...probes(service),
    env: env.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Plain values and secrets. A secret without a version is not mounted, because the deploy would fail. */
function environment(
  service: Service,
  secrets: ReadonlyMap<string, ServiceSecret>,
): CloudRunV2ServiceTemplateContainersEnv[] {
  const mounted = service.secrets.flatMap(({ id, variable, version }) => {
    const secret = secrets.get(id)?.secretId;
    if (version === undefined || secret === undefined) return [];
    return [{ name: variable, valueSource: { secretKeyRef: { secret, version: String(version) } } }];
  });
  return [...service.environment, ...mounted];
}

type Probes = Pick<CloudRunV2ServiceTemplateContainers, "startupProbe" | "livenessProbe">;

/** Two minutes in total to start. Cloud Run allows four (Cloud Run documentation, "Container health checks"). */
const STARTUP = { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24 } as const;
const LIVENESS = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 } as const;

/**
 * Cloud Run probes the health path. Without one, it only checks at startup that the port is open: there is no liveness
 * probe.
 */
export function probes(service: Pick<Service, "healthPath" | "port">): Probes {
  if (service.healthPath === undefined) {
    return { startupProbe: { ...STARTUP, initialDelaySeconds: 0, tcpSocket: { port: service.port } } };
  }
  const httpGet = { path: service.healthPath, port: service.port };
  return {
    startupProbe: { ...STARTUP, initialDelaySeconds: 0, httpGet },
    livenessProbe: { ...LIVENESS, initialDelaySeconds: 0, httpGet },
  };
}

interface RolledOut {
  /** Name of the template's revision; undefined if Cloud Run names it. */
  readonly revision?: string;
  readonly traffic: CloudRunV2ServiceTraffic[];
  readonly annotations?: Record<string, string>;
}

const ALL_TO_LATEST = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];

/**
 * Divides the service's calls between revisions. The previous revision has the same template with the previous image.
 * If settings or Envoy rules changed too, its computed name would be that of no revision.
 */
function rolledOut(
  scope: IConstruct,
  { name, rollout }: Pick<Service, "name" | "rollout">,
  template: CloudRunV2ServiceTemplate,
): RolledOut {
  if (rollout === undefined) return { traffic: ALL_TO_LATEST };
  const { percent, from } = rollout;
  // Drops undefined values.
  const content: Template = JSON.parse(JSON.stringify(resolved(scope, cloudRunV2ServiceTemplateToTerraform(template))));
  const revision = revisionName(name, content);
  if (percent === 100 || from === undefined) return { revision, traffic: ALL_TO_LATEST };
  const before = revisionName(name, withImage(content, from, APP));
  const target = (named: string, share: number) => ({
    type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    revision: named,
    percent: share,
  });
  return {
    revision,
    annotations: { [FROM_ANNOTATION]: from },
    traffic: [...(percent === 0 ? [] : [target(revision, percent)]), target(before, 100 - percent)],
  };
}

interface ExistingRunServiceProps {
  readonly existing: ExistingService;
  /** Audience of the gateway's tokens, which the service must accept. */
  readonly audience: string;
  /** IAM member that may invoke it. */
  readonly invoker: string;
}

/**
 * A Cloud Run service that others manage. Each plan checks what the front door relies on, before anything refers to the
 * service. Its only resource is one member of its policy: a binding would remove the members that the owner added.
 */
export class ExistingRunService extends Construct {
  /** `https://….run.app`. */
  readonly url: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, { existing, audience, invoker }: ExistingRunServiceProps) {
    super(scope, id);
    const { name, region: location, project } = existing;
    const described = `Cloud Run service ${name} of ${project}`;
    const update = (flags: string) =>
      `gcloud run services update ${name} --region=${location} --project=${project} ${flags}`;
    const service = new DataGoogleCloudRunV2Service(this, "Service", {
      name,
      location,
      project,
      lifecycle: {
        postcondition: [
          {
            condition: IS_CHECKED,
            errorMessage: `${described}: its invoker IAM check is off, so anyone can call it past the gateway. Its owner switches it on: ${update("--invoker-iam-check")}`,
          },
          {
            condition: IS_REACHABLE,
            errorMessage: `${described}: its ingress refuses calls from the internet, and so the gateway's. Its owner changes it: ${update("--ingress=all")}`,
          },
          {
            condition: acceptsAudience(audience),
            errorMessage: `${described}: it does not accept the audience ${audience}. Its owner adds it: ${update(`--add-custom-audiences=${audience}`)}. Or name one that it accepts in existing.audience`,
          },
        ],
      },
    });
    new DataGoogleCloudRunV2ServiceIamPolicy(this, "Policy", {
      name,
      location,
      project,
      lifecycle: {
        postcondition: [
          {
            condition: IS_NOT_PUBLIC,
            errorMessage: `${described}: allUsers or allAuthenticatedUsers has a role on it. Its owner removes it: gcloud run services remove-iam-policy-binding ${name} --region=${location} --project=${project} --member=allUsers --role=roles/run.invoker`,
          },
        ],
      },
    });
    this.url = service.uri;
    this.ready = new CloudRunV2ServiceIamMember(this, "Invoker", {
      name: service.name,
      location: service.location,
      project: service.project,
      role: "roles/run.invoker",
      member: invoker,
    });
  }
}
