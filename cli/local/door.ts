import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { needsInWords } from "../../contract/scope-need";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { type Clouds, type CloudsProps, type PageProps, startClouds } from "../../packages/local-front-door/clouds";
import {
  declaredMajor,
  fetchedFolder,
  nodePackage,
  nodeRelease,
} from "../../packages/local-front-door/function/node-release";
import type { LocalLogs } from "../../packages/local-front-door/logs/local-logs";
import { firstFreeFrom, listenOnLoopback, type PortChoice } from "../../packages/local-front-door/net/loopback";
import { type ApiDocuments, DOOR } from "../../packages/local-front-door/page/api-page";
import type { ServiceChoice, ServicesProps } from "../../packages/local-front-door/services/services";
import { StackError } from "../../packages/local-front-door/terraform/document";
import { Stack } from "../../packages/local-front-door/terraform/stack";
import type { RouteGrant } from "../expectations/ledger";
import { knownServer, localPlaces } from "../openapi/addresses";
import { serviceDocuments } from "../openapi/config-documents";
import { type DocumentProps, openApiDocument, routeSummary } from "../openapi/document";
import type { OpenApiDocument, Operation } from "../openapi/model";
import { CommandError, projectError, usageError } from "../process/command-error";
import { withProgress } from "../process/progress";
import { BUILD, CONFIG, PACKAGE, ROOT, shownPath, stackFolder } from "../process/project";
import { intoOut } from "../synthesis/draft";
import { readConfig, select } from "../synthesis/intents";
import { leftOutTables } from "../synthesis/left-out";
import { placesBy, routeLines } from "../synthesis/sources";
import { synthesize } from "../synthesis/synthesis";
import { callCommands, signedInLine } from "./curl-lines";
import { routeGrantsOf } from "./ledger";
import { tokenCommand, traceCommand } from "./token-command";

/** The usual port of each part of a door. If it is taken, the next free one is used. */
export const PORTS = { gateway: 8080, signIn: 8180, page: 8280 } as const;

/** What a door's answers say until a changed config is open. */
const STALE = "stale; config/ has changed since this door was opened";

export interface DoorProps {
  readonly environment: string;
  /** Port of the gateway; 0 for a free one. Default: the first free one of the usual ports. */
  readonly port?: number;
  readonly services: readonly ServiceChoice[];
  /** Whether anything that the simulation does not know stops the start. */
  readonly strict: boolean;
  /** Whether calls are throttled as declared. The matrix makes more calls a second than any stage allows. */
  readonly throttling: boolean;
  /** Origins of pages on this machine that may call in addition to the declared ones: a deviation. */
  readonly localOrigins: readonly string[];
  /** Callback URLs on this machine, which sign-in accepts in addition to the declared ones: a deviation. */
  readonly localCallbacks: readonly string[];
  /**
   * Whether people use the door. It then has a page that explains each decision, and uses the usual ports. Otherwise it
   * uses any free ports.
   */
  readonly forPeople: boolean;
  /** Whether to download the Node release that the functions declare, if it is missing. */
  readonly declaredNode: boolean;
  readonly print: (line: string) => void;
  /** The ids that a twin's config has of this environment's user pools. Default: they are made up. */
  readonly known?: CloudsProps["known"];
  /** The issuers of an open twin, whose tokens count here as well. Default: none. */
  readonly signers?: () => CloudsProps["signers"];
  /** The addresses that it shares with an open twin. Default: its own. */
  readonly names?: CloudsProps["names"];
  /** Where the lines of both clouds' logs are written. Default: nowhere. */
  readonly logs?: LocalLogs;
}

export interface OpenDoor {
  readonly clouds: Clouds;
  /** Who may call which route, according to the stack that was just synthesized. */
  readonly grants: readonly RouteGrant[];
  readonly intent: Intent;
  /** The page that tries calls. Its fragment, which no browser sends, lets it call as a declared caller. */
  readonly apiUrl: string;
}

/** The front door of one environment on this machine, reopened whenever the config changes. */
export class LocalDoor {
  private clouds: Clouds | undefined;
  /** Whether the config has changed since the door was opened. */
  private isStale = false;
  private readonly key = randomBytes(16).toString("base64url");

  constructor(private readonly props: DoorProps) {}

  /**
   * Synthesizes the environment and opens the door from the result. A door that is already open stays unchanged until
   * the new one has read its stack. The new one then takes over its ports. Until then, and after an
   * error, each answer says that it is stale.
   */
  async open(): Promise<OpenDoor> {
    this.isStale = true;
    const open = await this.reopen();
    this.isStale = false;
    return open;
  }

  private async reopen(): Promise<OpenDoor> {
    const { environment, services, strict, throttling, localOrigins, localCallbacks, forPeople, print } = this.props;
    const { intents, leftOut, warnings } = readConfig();
    for (const warning of warnings.get(environment) ?? []) print(warning);
    for (const line of leftOutTables(leftOut.filter((part) => part.environment === environment))) print(line);
    const [synthesized] = intoOut((draft) => synthesize(select(intents, [environment]), draft));
    if (synthesized === undefined) throw new Error(`no synthesis of ${environment}`);
    const stackFile = join(stackFolder(environment), "cdk.tf.json");
    if (this.props.declaredNode) fetchDeclaredNode(stackFile, print);
    const before = this.clouds;
    const usual = (port: number) => (forPeople ? firstFreeFrom(port) : 0);
    const again = (url: string | undefined, port: PortChoice) => (url === undefined ? port : portOf(url));
    const port = again(before?.url, this.props.port ?? usual(PORTS.gateway));
    const find = placesBy(synthesized.sources, () => placesOf(CONFIG, environment));
    const grants = routeGrantsOf((file) => synthesized.files[file] ?? "");
    const { cors } = synthesized.intent.gateway;
    const { known, names, signers = () => undefined } = this.props;
    const shared = signers();
    try {
      const starting = startClouds({
        stackFile,
        strict,
        ...(known && { known }),
        ...(shared && { signers: shared }),
        ...(names && { names }),
        packageFolder: join(PACKAGE, "packages/local-front-door"),
        cacheFolder: BUILD,
        port,
        cognitoPort: again(before?.cognitoUrl, usual(PORTS.signIn)),
        placeOf: routeLines(find),
        declaredAt: (declaration) => {
          const [type = "", name = "", ...attribute] = declaration.split(".");
          return find(`${type}.${name}`, attribute.join("."))?.place;
        },
        signedInCall: (clientId, user) => signedInLine(environment, this.running, grants, clientId, user),
        gateway: { throttling, localOrigins, stale: () => (this.isStale ? STALE : undefined) },
        ...(this.props.logs && { logs: this.props.logs }),
        localCallbacks,
        envoy: { progress: console.error },
        ...(forPeople && { page: this.page(synthesized.intent, grants, again(before?.pageUrl, usual(PORTS.page))) }),
        beforeListen: () => (before === undefined ? requireFree(port) : before.stop()),
        services: {
          choices: services,
          secrets: readSecrets(environment),
          secretsFile: secretsFile(environment),
          variables: readVariables(environment),
          pages: cors?.servicesAnswer === true ? cors.origins : [],
          print,
        },
      });
      this.clouds = await withProgress(`${environment}: opening the front door`, starting);
      const apiUrl = `${this.clouds.pageUrl}/api#key=${this.key}`;
      return { clouds: this.clouds, grants, intent: synthesized.intent, apiUrl };
    } catch (error) {
      if (error instanceof StackError) throw projectError(error.message);
      throw error;
    }
  }

  private page(intent: Intent, grants: readonly RouteGrant[], port: PortChoice): PageProps {
    const { environment } = this.props;
    return {
      title: environment,
      port,
      calls: (door) => callCommands(environment, door, grants),
      api: (door) => apiDocuments(intent, door, { warn: console.error }),
      key: this.key,
      renderer: rendererFolder(),
      ...(this.props.logs && { traceCommand }),
    };
  }

  /** The clouds that currently answer. */
  get running(): Clouds {
    if (this.clouds === undefined) throw new Error("the front door is not open");
    return this.clouds;
  }

  /** @param graceMilliseconds how long answers in progress may still take */
  async close(graceMilliseconds: number): Promise<void> {
    await this.clouds?.stop(graceMilliseconds);
    this.clouds = undefined;
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Checks that a requested port is free before anything starts. */
export async function requireFree(port: PortChoice): Promise<void> {
  if (typeof port !== "number") return;
  const server = createServer();
  await listenOnLoopback(server, port).catch(({ message }: Error) => {
    throw usageError(
      `--port ${port}: expected a free port, got ${message}`,
      `choose another one, or leave out --port for the first free one from ${PORTS.gateway}`,
    );
  });
  await new Promise((resolve) => server.close(resolve));
}

/** The file in which a person sets an environment's secrets for this machine. Git ignores it, like all of `.build/`. */
export function secretsFile(environment: string): string {
  return shownPath(join(BUILD, `secrets.${environment}.env`));
}

/** One `storefront-dev-orders-database-url=postgres://…` a line; `#` starts a comment. Empty if there is no file. */
export function readSecrets(environment: string): ReadonlyMap<string, string> {
  const lines = linesOf(secretsFile(environment), /^([A-Za-z0-9_-]+)=(.*)$/, "<id of the secret>=<value>");
  return new Map(lines.map(([id = "", value = ""]) => [id, value]));
}

/** The file in which a person sets variables of services for this machine, such as the address of an emulator. */
export function variablesFile(environment: string): string {
  return shownPath(join(BUILD, `services.${environment}.env`));
}

/** One `orders.AWS_ENDPOINT_URL=http://127.0.0.1:8000` a line; by service. Empty if there is no file. */
export function readVariables(environment: string): NonNullable<ServicesProps["variables"]> {
  const pattern = /^([a-z][a-z0-9_-]*)\.([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
  const lines = linesOf(variablesFile(environment), pattern, "<service>.<variable>=<value>");
  const variables = new Map<string, Record<string, string>>();
  for (const [service = "", variable = "", value = ""] of lines) {
    variables.set(service, { ...variables.get(service), [variable]: value });
  }
  return variables;
}

/** The parts of each line of a file. Never prints a line: it may hold part of a secret. */
function linesOf(name: string, pattern: RegExp, expected: string): readonly (readonly string[])[] {
  const file = join(ROOT, name);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const parts = pattern.exec(line);
    if (parts === null) throw usageError(`${name}:${index + 1}  expected ${expected}`);
    return [parts.slice(1)];
  });
}

interface ApiDocumentsProps {
  /** Default: the project's. */
  readonly configDir?: string;
  /** Receives the reason why a service's own document is left out. */
  readonly warn: (message: string) => void;
}

/** The OpenAPI documents of an open front door: one for programs, one for its page. */
export function apiDocuments(
  intent: Intent,
  { url, cognitoUrl, callers }: Pick<Clouds, "url" | "cognitoUrl" | "callers">,
  props: ApiDocumentsProps,
): ApiDocuments {
  const document = withOwnDocuments(intent, props, {
    servers: knownServer(url, "The front door on this machine."),
    places: localPlaces(intent, cognitoUrl),
  });
  const names = callers.map(({ name }) => name);
  return { document, tryOut: { ...document, ...forThePage(document, intent, names) } };
}

/** The door opens even if a service's document has a fault that does not concern its routes. */
function withOwnDocuments(intent: Intent, { configDir = CONFIG, warn }: ApiDocumentsProps, props: DocumentProps) {
  try {
    return openApiDocument(intent, { ...props, services: serviceDocuments(configDir, intent.environment) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    warn(`${error.message}\nthe page shows no service's own document`);
    return openApiDocument(intent, props);
  }
}

/**
 * For the page: its server passes calls on to the gateway, and a person may paste tokens from `npm run token`. Next to the
 * route, it shows who may call it, unless the service's own document has a summary.
 */
function forThePage({ paths, components }: OpenApiDocument, intent: Intent, callers: readonly string[]) {
  const { environment } = intent;
  const routes = new Map(
    intent.services.flatMap((service) => service.routes.map((route) => [route.key, { service, route }] as const)),
  );
  const summarized = (operation: Operation): Operation => {
    const { service, route } = routes.get(operation["x-route-key"]) ?? {};
    if (service === undefined || route === undefined || operation.summary !== routeSummary(service, route))
      return operation;
    const { access } = route;
    return { ...operation, summary: access.kind === "public" ? "public" : `needs ${needsInWords(access.scopes)}` };
  };
  const pasted = (issuer: string) => {
    const own = callers.filter((name) => name.startsWith(`${issuer}/`));
    const commands = own.map((name) => `- \`${tokenCommand(environment, name)}\``);
    const description = ["Paste a token. Each command prints one in a terminal:", "", ...commands].join("\n");
    return { type: "http", scheme: "bearer", description };
  };
  const schemes = Object.entries(components.securitySchemes).map(([id, scheme]) => {
    const { type } = scheme as { readonly type: string };
    return [id, type === "oauth2" || type === "openIdConnect" ? pasted(id) : scheme];
  });
  return {
    paths: mapValues(paths, (item) => mapValues(item, summarized)),
    servers: [{ url: DOOR, description: "The front door on this machine, through this page's own address." }],
    components: { ...components, securitySchemes: Object.fromEntries(schemes) },
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, made: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, made(value)]));
}

/** Folder of `swagger-ui-dist` in the project or next to the program; undefined if it is installed in neither. */
export function rendererFolder(folders: readonly string[] = [ROOT, PACKAGE]): string | undefined {
  for (const folder of folders) {
    try {
      return dirname(createRequire(join(folder, "package.json")).resolve("swagger-ui-dist/package.json"));
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}

/**
 * Installs the Node release that the stack's functions declare into `.build/`, unless it is there already or runs this
 * program.
 */
function fetchDeclaredNode(stackFile: string, print: (line: string) => void): void {
  const stack = Stack.read(stackFile);
  const functions = stack.all("aws_lambda_function").map((each) => ({
    runtime: stack.text(each, "runtime"),
    address: `${each.address}.runtime`,
  }));
  for (const { runtime, address } of functions) {
    if (nodeRelease(runtime, address, BUILD).deviation !== undefined) install(declaredMajor(runtime, address), print);
  }
}

function install(major: number, print: (line: string) => void): void {
  const folder = fetchedFolder(BUILD, major);
  const wanted = `${nodePackage()}@${major}`;
  print(`fetching Node ${major}, once: ${wanted} from npm's registry, some 190 MB in ${folder}`);
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", wanted];
  const done = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (done.status === 0) return;
  const why = (done.stderr ?? done.error?.message ?? "").trim().split("\n")[0];
  throw projectError(`--declared-node: npm could not install ${wanted}: ${why}`, "leave it out to run in this Node");
}
