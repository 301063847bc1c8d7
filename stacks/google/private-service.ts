import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GoogleIntent, Service } from "../../intent/intent";
import type { RunEndpoint } from "../run-endpoint";
import type { Federation } from "./federation";
import { InvokerAccount } from "./invoker-account";
import { RunService } from "./run-service";
import { RuntimeAccount } from "./runtime-account";
import { ServiceSecret } from "./service-secret";

export interface PrivateServiceProps {
  readonly service: Service;
  readonly google: GoogleIntent;
  readonly federation: Federation;
  readonly assumedRoleOf: (service: Service) => string;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
}

/** One service with its two accounts: the one that may call it, and the one it runs as, which may read its secrets. */
export class PrivateService extends Construct implements RunEndpoint {
  readonly url: string;
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PrivateServiceProps) {
    super(scope, id);
    const { service, federation, google, protect, after } = props;
    const invoker = new InvokerAccount(new Construct(this, "InvokerAccount"), service.key, {
      name: service.name,
      federatedMember: federation.memberFor(props.assumedRoleOf(service)),
      after,
    });
    const runtime = new RuntimeAccount(new Construct(this, "RuntimeAccount"), service.key, {
      name: service.runtimeName,
      after,
    });
    const secrets = this.secrets(props, runtime);
    const run = new RunService(new Construct(this, "RunService"), service.key, {
      service,
      region: google.region,
      runtimeEmail: runtime.email,
      invoker: invoker.member,
      secrets,
      protect,
    });
    this.url = run.url;
    this.ready = [federation.ready, invoker.ready, run.ready];
  }

  private secrets(props: PrivateServiceProps, runtime: RuntimeAccount): ReadonlyMap<string, ServiceSecret> {
    const scope = new Construct(this, "Secrets");
    const { google, protect, after } = props;
    const shared = { region: google.region, reader: runtime.member, protect, after };
    return new Map(
      props.service.secrets.map(({ id, secretId }) => [id, new ServiceSecret(scope, id, { secretId, ...shared })]),
    );
  }
}
