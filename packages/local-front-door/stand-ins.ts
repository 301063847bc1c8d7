import { AwsSts } from "./aws/sts";
import { Cognito, type SignInProps } from "./cognito/cognito";
import { callbackDeviations, type UserPool, userPools } from "./cognito/pool";
import type { EnvoyConfiguration } from "./envoy/configuration";
import { type LocalFunction, localFunctions } from "./function/function";
import { authorizerIssuers, backendHosts, localGateway } from "./gateway/gateways";
import type { ApiGateway, GatewayOptions } from "./gateway/shared/api-gateway";
import { IamCredentials } from "./google/iam-credentials";
import { GoogleKeys } from "./google/keys";
import { CloudRun, echoService, type LocalService } from "./google/run";
import { GoogleSts } from "./google/sts";
import { issuerHosts, LocalIssuer } from "./issuers/issuers";
import { type TrustedIssuer, trustedIssuers } from "./issuers/trusted-issuers";
import { requireKnownTypes } from "./known-types";
import type { LocalHost } from "./net/local-http";
import { callerOf, type LocalHosts } from "./net/local-http";
import type { LocalInternet } from "./net/tls";
import { declaredServices, type ServiceDeclaration } from "./services/declaration";
import type { Stack } from "./terraform/stack";
import type { Hop } from "./trace/hop";
import type { LocalTrace } from "./trace/trace";

export interface StandInsProps {
  readonly stack: Stack;
  readonly trace: LocalTrace;
  /** The address at which a function reaches both clouds; read when it starts. */
  readonly entrance: (of: LocalFunction) => LocalInternet;
  /** Answers for the services behind Cloud Run. */
  readonly service: LocalService;
  readonly runtimeFolder: string;
  readonly cacheFolder: string;
  readonly localCallbacks?: readonly string[];
  /** The user pools' pages. */
  readonly signIn?: SignInProps;
  readonly gateway?: GatewayOptions;
  /** Whether an echo answers for backends outside the stack: a deviation. Default: nothing answers, 503. */
  readonly echoesOutside?: boolean;
}

/** All stand-ins for one stack's declarations, created but not started. */
export interface StandIns {
  /** The services as declared. */
  readonly services: readonly ServiceDeclaration[];
  readonly envoys: readonly EnvoyConfiguration[];
  readonly aws: AwsSts;
  readonly functions: readonly LocalFunction[];
  /** Issuers whose tokens the stack accepts. */
  readonly trusted: readonly TrustedIssuer[];
  readonly issuers: readonly LocalIssuer[];
  readonly googleKeys: GoogleKeys;
  readonly pools: readonly UserPool[];
  readonly cognito: Cognito;
  readonly gateway: ApiGateway;
  /** How the user pools deviate from the stack on request. */
  readonly callbackDeviations: readonly string[];
  /** Rollouts whose revisions are one service here. */
  readonly rolloutDeviations: readonly string[];
  /** Backends outside the stack for which an echo answers. */
  readonly outsideDeviations: readonly string[];
  /** All hosts of both clouds, each with the program that answers for it. */
  readonly hosts: LocalHosts;
}

/**
 * The stand-ins of a stack. Everything that none of them supports is reported in one error. At that point no port is
 * open, no process runs, and no file is written.
 */
export function standInsOf(props: StandInsProps): StandIns {
  const hosts = new Map<string, LocalHost>();
  const ask = callerOf(() => hosts);
  const { sts, iam, run, ...parts } = props.stack.readWhole(() => readParts(props, ask));
  const { aws, cognito, issuers, pools } = parts;
  const called =
    (at: Hop["at"], of: { handle: LocalHost }): LocalHost =>
    (request) =>
      props.trace.call(at, () => of.handle(request));
  const answering: readonly (readonly [string, LocalHost])[] = [
    [aws.host, called("aws-sts", aws)],
    [sts.host, called("google-sts", sts)],
    [iam.host, called("iam-credentials", iam)],
    ...run.hosts.map((host) => [host, run.called] as const),
    ...issuerHosts(issuers),
    ...pools.map(({ host }) => [host, cognito.handle.bind(cognito)] as const),
  ];
  for (const [host, answer] of answering) hosts.set(host, answer);
  const outside = [...(props.echoesOutside ? backendHosts(props.stack) : [])].filter(([host]) => !hosts.has(host));
  for (const [host] of outside) hosts.set(host, (request) => echoService({ ...request, service: host }));
  const outsideDeviations = outside.map(([host, address]) => `${address}: an echo answers for ${host}`);
  return { ...parts, hosts, outsideDeviations, rolloutDeviations: run.deviations };
}

function readParts(props: StandInsProps, ask: LocalHost) {
  const { stack, trace, entrance, service, runtimeFolder, cacheFolder, localCallbacks = [] } = props;
  stack.requireKnownDocument();
  requireKnownTypes(stack);
  const services = stack.part(() => declaredServices(stack)) ?? [];
  const envoys = services.flatMap((each) => each.envoy?.configuration ?? []);
  const aws = stack.part(() => new AwsSts(stack, trace));
  const credentials: AwsSts["functionCredentials"] = (role, name) => aws.functionCredentials(role, name);
  const onLine = (group: string, line: string) => trace.logs?.cloudWatch(group, line, Date.now());
  const functions =
    stack.part(() => localFunctions({ stack, internet: entrance, credentials, runtimeFolder, cacheFolder, onLine })) ??
    [];
  const trusted = stack.part(() => trustedIssuers(functions, envoys, authorizerIssuers(stack))) ?? [];
  const issuers = trusted.map((issuer) => new LocalIssuer(issuer));
  const googleKeys = new GoogleKeys();
  const sts = stack.part(() => new GoogleSts(stack, aws, trace));
  const iam = stack.part(() => new IamCredentials(stack, sts, googleKeys, trace));
  const run = stack.part(() => new CloudRun(stack, googleKeys, trace, service));
  const pools = stack.part(() => userPools(stack, issuers, localCallbacks)) ?? [];
  const deviations = stack.part(() => callbackDeviations(pools, localCallbacks));
  const cognito = new Cognito(pools, trace, props.signIn);
  const gateway = stack.part(() => localGateway(stack, functions, ask, trace, props.gateway));
  return {
    ...{ services, envoys, aws, functions, trusted, issuers, googleKeys, pools, cognito, sts, iam, run },
    ...{ gateway, callbackDeviations: deviations },
  };
}
