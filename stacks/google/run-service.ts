import {
  CloudRunV2Service,
  type CloudRunV2ServiceTemplateContainers,
  type CloudRunV2ServiceTemplateContainersEnv,
} from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { CloudRunV2ServiceIamBinding } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Service } from "../../intent/intent";
import { probes } from "./probes";
import type { ServiceSecret } from "./service-secret";

export interface RunServiceProps {
  readonly service: Service;
  readonly region: string;
  /** E-mail address of the account its containers run as. */
  readonly runtimeEmail: string;
  /** The one account that may invoke it: `serviceAccount:EMAIL`. */
  readonly invoker: string;
  /** By id; those with a version are mounted. */
  readonly secrets: ReadonlyMap<string, ServiceSecret>;
  readonly protect: boolean;
}

/** A private Cloud Run service, which its invoker alone may call. */
export class RunService extends Construct {
  /** `https://….run.app`, known after apply. */
  readonly url: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: RunServiceProps) {
    super(scope, id);
    const run = this.service(props);
    this.url = run.uri;
    this.ready = new CloudRunV2ServiceIamBinding(this, "Invoker", {
      name: run.name,
      location: run.location,
      role: "roles/run.invoker",
      members: [props.invoker],
    });
  }

  private service({ service, secrets, ...props }: RunServiceProps): CloudRunV2Service {
    return new CloudRunV2Service(this, "Service", {
      name: service.name,
      location: props.region,
      description: "Private: invoked through API Gateway alone",
      // API Gateway calls over the internet; who may come in is IAM's decision, not the network's.
      ingress: "INGRESS_TRAFFIC_ALL",
      invokerIamDisabled: false,
      customAudiences: [service.audience],
      deletionProtection: props.protect,
      template: {
        serviceAccount: props.runtimeEmail,
        timeout: `${service.timeoutSeconds}s`,
        maxInstanceRequestConcurrency: service.scaling.concurrency,
        scaling: { minInstanceCount: service.scaling.min, maxInstanceCount: service.scaling.max },
        containers: [container(service, environment(service, secrets))],
      },
      traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
      dependsOn: [...secrets.values()].map((secret) => secret.ready),
    });
  }
}

function container(
  service: Service,
  env: CloudRunV2ServiceTemplateContainersEnv[],
): CloudRunV2ServiceTemplateContainers {
  return {
    image: service.image,
    ports: { containerPort: service.port },
    resources: {
      limits: { cpu: service.resources.cpu, memory: service.resources.memory },
      cpuIdle: true,
      startupCpuBoost: true,
    },
    ...probes(service),
    env,
  };
}

/** Plain values and pinned secrets, by name. A secret without a version is not mounted: the deploy would fail. */
function environment(
  service: Service,
  secrets: ReadonlyMap<string, ServiceSecret>,
): CloudRunV2ServiceTemplateContainersEnv[] {
  const mounted = service.secrets.flatMap(({ id, variable, version }) => {
    const secret = secrets.get(id)?.secretId;
    if (version === undefined || secret === undefined) return [];
    return [{ name: variable, valueSource: { secretKeyRef: { secret, version: String(version) } } }];
  });
  const all: CloudRunV2ServiceTemplateContainersEnv[] = [...service.environment, ...mounted];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
