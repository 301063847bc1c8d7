import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GoogleIntent, Service } from "../../intent/model/intent";
import { envoySecretId } from "../../intent/model/names";
import type { RunEndpoint } from "../shared/run-endpoint";
import type { Sidecar } from "./envoy/sidecar";
import type { Federation } from "./federation";
import { InvokerAccount } from "./invoker-account";
import { RunService } from "./run-service";
import { RuntimeAccount } from "./runtime-account";
import type { SecretRotations } from "./secret-rotations";
import { ServiceSecret } from "./service-secret";
import { ServiceSlo } from "./service-slo";
import { Verifier } from "./verifier";

export interface PrivateServiceProps {
  readonly service: Service;
  readonly google: GoogleIntent;
  /** Federation of its invoker. Unset: only Envoy protects the service. */
  readonly federation?: Federation;
  readonly assumedRoleOf: (service: Service) => string;
  /** What Envoy enforces if it runs in front of the app, and its image. */
  readonly sidecar?: Sidecar;
  readonly envoyImage?: string;
  /** Topic for rotation reminders; undefined if no secret rotates. */
  readonly rotations?: SecretRotations;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
}

/** One service with its accounts: the invoker, if any, and the runtime account, which may read its secrets. */
export class PrivateService extends Construct implements RunEndpoint {
  readonly url: string;
  readonly runtimeAccountId: string;
  readonly ready: readonly ITerraformDependable[];
  /** Its objectives in Cloud Monitoring, if it has any. */
  readonly slo?: ServiceSlo;

  constructor(scope: Construct, id: string, props: PrivateServiceProps) {
    super(scope, id);
    const { service, federation, google, protect, after } = props;
    const invoker = federation && this.invoker(federation, props);
    const runtime = new RuntimeAccount(new Construct(this, "RuntimeAccount"), service.key, {
      name: service.runtimeName,
      after,
    });
    const secrets = this.secrets(props, runtime);
    const run = new RunService(new Construct(this, "RunService"), service.key, {
      service,
      region: google.region,
      runtimeEmail: runtime.email,
      invoker: invoker?.member,
      verifier: this.verifier(props, runtime),
      secrets,
      protect,
    });
    if (service.slo) {
      this.slo = new ServiceSlo(this, "ServiceSlo", { service, slo: service.slo, region: google.region, after });
    }
    this.url = run.url;
    this.runtimeAccountId = runtime.uniqueId;
    this.ready = [...(federation && invoker ? [federation.ready, invoker.ready] : []), run.ready];
  }

  private invoker(federation: Federation, { service, assumedRoleOf, after }: PrivateServiceProps): InvokerAccount {
    return new InvokerAccount(new Construct(this, "InvokerAccount"), service.key, {
      name: service.name,
      federatedMember: federation.memberFor(assumedRoleOf(service)),
      after,
    });
  }

  private verifier(props: PrivateServiceProps, runtime: RuntimeAccount): Verifier | undefined {
    const { service, sidecar, envoyImage: image, google, protect, after } = props;
    if (sidecar === undefined || image === undefined) return undefined;
    return new Verifier(new Construct(this, "Verifier"), service.key, {
      sidecar,
      image,
      secretId: envoySecretId(service.name),
      region: google.region,
      reader: runtime.member,
      protect,
      after,
    });
  }

  private secrets(props: PrivateServiceProps, runtime: RuntimeAccount): ReadonlyMap<string, ServiceSecret> {
    const scope = new Construct(this, "Secrets");
    const { google, rotations, protect, after } = props;
    const shared = { region: google.region, reader: runtime.member, protect, after };
    return new Map(
      props.service.secrets.map(({ id, secretId, replicas, versionAdders, rotateEveryDays: everyDays }) => [
        id,
        new ServiceSecret(scope, id, {
          ...shared,
          secretId,
          replicas,
          versionAdders,
          ...(everyDays !== undefined && rotations && { rotation: { everyDays, rotations } }),
        }),
      ]),
    );
  }
}
