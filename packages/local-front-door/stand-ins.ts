import { AwsSts } from "./aws/sts";
import { Cognito } from "./cognito/cognito";
import { callbackDeviations, type UserPool, userPools } from "./cognito/pool";
import type { EnvoyConfiguration } from "./envoy/configuration";
import { type LocalFunction, localFunctions } from "./function/function";
import { localGateways } from "./gateway/gateways";
import type { ApiGateway, GatewayOptions } from "./gateway/shared/api-gateway";
import { IamCredentials } from "./google/iam-credentials";
import { GoogleKeys } from "./google/keys";
import { CloudRun, type LocalService } from "./google/run";
import { GoogleSts } from "./google/sts";
import { issuerHosts, LocalIssuer } from "./issuers/issuers";
import { type TrustedIssuer, trustedIssuers } from "./issuers/trusted-issuers";
import { requireKnownTypes } from "./known-types";
import type { LocalHost } from "./net/local-http";
import { callerOf, type LocalHosts } from "./net/local-http";
import type { LocalInternet } from "./net/tls";
import { declaredServices, type ServiceDeclaration } from "./services/declaration";
import type { Stack } from "./terraform/stack";
import type { LocalTrace } from "./trace/trace";

export interface StandInsProps {
  readonly stack: Stack;
  readonly trace: LocalTrace;
  /** Where a function calls both clouds; asked for when it starts. */
  readonly entrance: (of: LocalFunction) => LocalInternet;
  /** Answers for the services behind Cloud Run. */
  readonly service: LocalService;
  readonly runtimeFolder: string;
  readonly cacheFolder: string;
  readonly localCallbacks?: readonly string[];
  readonly gateway?: GatewayOptions;
}

/**
 * Everything that plays a declaration of one stack, made and not started. Whatever of the stack none of them understands
 * is an error here: no port is open by then, no process runs, and no file is written.
 */
export class StandIns {
  /** The services as they are declared. */
  readonly services: readonly ServiceDeclaration[];
  readonly envoys: readonly EnvoyConfiguration[];
  readonly aws: AwsSts;
  readonly functions: readonly LocalFunction[];
  /** Whoever signs tokens that the stack takes. */
  readonly trusted: readonly TrustedIssuer[];
  readonly issuers: readonly LocalIssuer[];
  readonly googleKeys = new GoogleKeys();
  readonly pools: readonly UserPool[];
  readonly cognito: Cognito;
  readonly gateway: ApiGateway;
  /** The other kind of API, where one stands beside the first. */
  readonly beside: ApiGateway | undefined;
  /** In what the user pools were told to differ from the stack. */
  readonly callbackDeviations: readonly string[];
  /** Every host of both clouds, and who answers for it. */
  readonly hosts: LocalHosts;

  constructor(props: StandInsProps) {
    const { stack, trace, entrance, service, runtimeFolder, cacheFolder, localCallbacks = [] } = props;
    requireKnownTypes(stack);
    this.services = declaredServices(stack);
    this.envoys = this.services.flatMap((each) => each.envoy?.configuration ?? []);
    this.aws = new AwsSts(stack, trace);
    const credentials = this.aws.functionCredentials.bind(this.aws);
    this.functions = localFunctions({ stack, internet: entrance, credentials, runtimeFolder, cacheFolder });
    this.trusted = trustedIssuers(this.functions, this.envoys);
    this.issuers = this.trusted.map((issuer) => new LocalIssuer(issuer));
    const sts = new GoogleSts(stack, this.aws, trace);
    const iam = new IamCredentials(stack, sts, this.googleKeys, trace);
    const run = new CloudRun(stack, this.googleKeys, trace, service);
    this.pools = userPools(stack, this.issuers, localCallbacks);
    this.callbackDeviations = callbackDeviations(this.pools, localCallbacks);
    this.cognito = new Cognito(this.pools, trace);
    const { main, beside } = localGateways(
      stack,
      this.functions,
      callerOf(() => this.hosts),
      trace,
      props.gateway,
    );
    this.gateway = main;
    this.beside = beside;
    this.hosts = new Map<string, LocalHost>([
      [this.aws.host, this.aws.handle.bind(this.aws)],
      [sts.host, sts.handle.bind(sts)],
      [iam.host, iam.handle.bind(iam)],
      ...run.hosts.map((host) => [host, run.handle.bind(run)] as const),
      ...issuerHosts(this.issuers),
      ...this.pools.map(({ host }) => [host, this.cognito.handle.bind(this.cognito)] as const),
    ]);
  }
}
