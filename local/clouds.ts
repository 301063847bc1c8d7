import { join } from "node:path";
import type { ApiGateway, GatewayOptions } from "./api-gateway";
import { AwsSts } from "./aws/sts";
import { type DeclaredCaller, declaredCallers, type ExternalIssuer, externalIssuers } from "./callers";
import { Cognito } from "./cognito/cognito";
import { callbackDeviations } from "./cognito/local-callbacks";
import { userPools } from "./cognito/pool";
import type { EnvoyBinaryProps } from "./envoy/binary";
import { LocalSidecars } from "./envoy/sidecars";
import { type LocalFunction, localFunctions } from "./function";
import { localGateways } from "./gateways";
import { IamCredentials } from "./google/iam-credentials";
import { GoogleKeys } from "./google/keys";
import { CloudRun, type LocalService } from "./google/run";
import { GoogleSts } from "./google/sts";
import { issuerHosts } from "./issuer-hosts";
import { LocalIssuer } from "./issuers";
import { requireKnownTypes } from "./known-types";
import type { LocalHost } from "./local-http";
import { WhyPage } from "./page/page";
import { routeRules } from "./page/route-rules";
import { type PastGateway, pastGateway } from "./past-gateway";
import { declaredServices, type ServiceDeclaration } from "./services/declaration";
import { LocalServices, type ServicesProps } from "./services/services";
import { Stack } from "./stack";
import { type LocalInternet, LocalTls } from "./tls";
import { LocalTrace } from "./trace";
import { trustedIssuers } from "./trusted-issuers";

export interface CloudsProps {
  /** `cdktf.out/stacks/<env>/cdk.tf.json`, or a file of the same content beside the same assets. */
  readonly stackFile: string;
  /** Answers for every Cloud Run service. Default: `services`. */
  readonly service?: LocalService;
  /** Who answers for which service. Default: the echo for all of them. */
  readonly services?: ServicesProps;
  /** Port of the gateway on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Port of the other kind of API on 127.0.0.1, where one stands beside the first. Default: a free one. */
  readonly besidePort?: number;
  /** How the gateway differs from what the stack declares, and who reads its access log. Default: it does not; nobody. */
  readonly gateway?: GatewayOptions;
  /** Callbacks of this machine for every client with the code flow, beside the declared ones: a deviation. Default: none. */
  readonly localCallbacks?: readonly string[];
  /** Port of the user pools' domains on 127.0.0.1. Default: a free one. */
  readonly cognitoPort?: number;
  /** The page that shows why requests are let through or refused: its title and its port, 0 for a free one. Default: none. */
  readonly page?: { readonly title: string; readonly port: number };
  /** Called when the stack is understood and everything is ready, before the two ports are taken. */
  readonly beforeListen?: () => Promise<unknown>;
  /** Another Envoy than the pinned one, and who is told that it is fetched. Default: the pinned one; nobody. */
  readonly envoy?: Pick<EnvoyBinaryProps, "own" | "progress">;
  /** Folder with `preload.cjs` and `function-runtime.cjs`. Default: this one; needed where this program was bundled. */
  readonly runtimeFolder?: string;
}

const NOBODY: ServicesProps = { choices: [], secrets: new Map(), secretsFile: "", print: () => {} };

/** Both clouds of one stack on this machine, until `stop`. Everything listens on 127.0.0.1 alone. */
export interface Clouds {
  /** Where callers call. */
  readonly url: string;
  /** Base of the user pools' domains: `<cognitoUrl>/<domain prefix>/oauth2/token`. */
  readonly cognitoUrl: string;
  /** Of the page that shows why, where one was asked for. */
  readonly pageUrl?: string;
  /** In what gateway and user pools were told to differ from the stack: to be shown wherever their answers are. */
  readonly deviations: readonly string[];
  /** Everybody whom the authorizer's policy or an Envoy names. */
  readonly callers: readonly DeclaredCaller[];
  /** Whoever signs tokens that the stack takes, and is no user pool. */
  readonly externalIssuers: readonly ExternalIssuer[];
  readonly stack: Stack;
  readonly gateway: ApiGateway;
  /** The other kind of API, where one stands beside the first. */
  readonly beside?: { readonly url: string; readonly gateway: ApiGateway };
  readonly trace: LocalTrace;
  readonly functions: readonly LocalFunction[];
  /** By the issuer's id in the config. */
  readonly issuers: ReadonlyMap<string, LocalIssuer>;
  readonly tls: LocalTls;
  readonly aws: AwsSts;
  /** The services as they are declared. */
  readonly services: readonly ServiceDeclaration[];
  readonly sidecars: LocalSidecars;
  /** Services that whoever holds a good token may call past the gateway, at their own URL. */
  readonly pastGateway: readonly PastGateway[];
  stop(): Promise<void>;
}

/** Starts everything, or nothing: what was started is stopped again where a later part refuses the stack. */
export async function startClouds(props: CloudsProps): Promise<Clouds> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(props, (each) => stops.push(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  {
    stackFile,
    service,
    services,
    port,
    besidePort,
    cognitoPort,
    page,
    beforeListen,
    gateway: gatewayOptions,
    localCallbacks = [],
    envoy,
    runtimeFolder = __dirname,
  }: CloudsProps,
  onStop: (stop: () => unknown) => void,
): Promise<Omit<Clouds, "stop">> {
  const stack = Stack.read(stackFile);
  requireKnownTypes(stack);
  const trace = new LocalTrace();
  const declared = declaredServices(stack);
  const envoys = declared.flatMap((each) => each.envoy?.configuration ?? []);
  const aws = new AwsSts(stack, trace);
  const credentials = aws.functionCredentials.bind(aws);
  const functions = localFunctions({
    stack,
    internet: (each) => entrances.get(each) ?? tls,
    credentials,
    runtimeFolder,
  });
  onStop(() => functions.map((each) => each.stop()));
  const trusted = trustedIssuers(functions, envoys);
  // All at once: each makes an RSA key, which takes most of the start's time.
  const [keys, ...signers] = await Promise.all([
    GoogleKeys.create(),
    ...trusted.map((issuer) => LocalIssuer.start(issuer)),
  ]);
  onStop(() => Promise.all(signers.map((issuer) => issuer.stop())));
  const issuers = new Map(signers.map((issuer) => [issuer.declaration.id, issuer]));
  const googleSts = new GoogleSts(stack, aws, trace);
  const iam = new IamCredentials(stack, googleSts, keys, trace);
  const behind = await LocalServices.start(declared, services ?? NOBODY);
  onStop(() => behind.stop());
  const sidecars = new LocalSidecars({
    services: declared,
    binary: { folder: join(runtimeFolder, "envoy"), build: join(runtimeFolder, "..", ".build"), ...envoy },
    answer: service ?? behind.answer,
    portOf: (name) => (service === undefined ? behind.portOf(name) : undefined),
    trace,
    print: services?.print ?? NOBODY.print,
  });
  const run = new CloudRun(stack, keys, trace, sidecars.answer);
  const hosts = new Map<string, LocalHost>([
    [aws.host, aws.handle.bind(aws)],
    [googleSts.host, googleSts.handle.bind(googleSts)],
    [iam.host, iam.handle.bind(iam)],
    ...run.hosts.map((host) => [host, run.handle.bind(run)] as const),
    ...issuerHosts(signers),
  ]);
  const pools = userPools(stack, issuers.values(), localCallbacks);
  const callbacks = callbackDeviations(pools, localCallbacks);
  for (const each of callbacks) trace.remark("cognito", `deviation: ${each}`, each.split(": ")[0]);
  const cognito = new Cognito(pools, trace);
  for (const pool of pools) hosts.set(pool.host, cognito.handle.bind(cognito));
  const tls = await LocalTls.start(hosts);
  onStop(() => tls.stop());
  onStop(() => sidecars.stop());
  const guarded = sidecars.start(tls, [...issuerHosts(signers).keys()]);
  // Looked at below; a fault before it stops them all the same.
  guarded.catch(() => {});
  const entrances = new Map<LocalFunction, LocalInternet>();
  for (const each of functions) entrances.set(each, await tls.entrance(() => each.request));
  const { main: gateway, beside: other } = localGateways(stack, functions, tls, trace, gatewayOptions);
  const callers = declaredCallers(trusted, pools, issuers);
  await guarded;
  await beforeListen?.();
  onStop(() => cognito.stop());
  const cognitoUrl = await cognito.start(cognitoPort);
  onStop(() => gateway.stop());
  const url = await gateway.start(port);
  onStop(() => other?.stop());
  const beside = other && { url: await other.start(besidePort), gateway: other };
  const releases = functions.flatMap(({ node }) => node.deviation ?? []);
  const deviations = [
    ...gateway.deviations,
    ...(other?.deviations ?? []),
    ...callbacks,
    ...releases,
    ...sidecars.deviations,
  ];
  const external = externalIssuers(trusted, issuers);
  const assets = join(runtimeFolder, "page/assets");
  const { requests: log } = trace;
  const ruleOf = routeRules(functions, envoys);
  const why = page && new WhyPage({ title: page.title, stack, log, ruleOf, deviations, assets });
  onStop(() => why?.stop());
  const pageUrl = await why?.start(page?.port ?? 0);
  return {
    url,
    cognitoUrl,
    pageUrl,
    deviations,
    callers,
    externalIssuers: external,
    stack,
    gateway,
    ...(beside && { beside }),
    trace,
    functions,
    issuers,
    tls,
    aws,
    services: declared,
    sidecars,
    pastGateway: pastGateway(stack, declared),
  };
}
