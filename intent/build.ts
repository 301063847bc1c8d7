import { deepFreeze } from "./freeze";
import type { Allowance, Client, GatewayIntent, Intent, Issuer, Route, Service, StateIntent } from "./intent";
import * as names from "./names";
import { expandRoutes } from "./routes";
import type { ClientConfig, Config, IssuerConfig, RouteConfig, ServiceConfig } from "./schema";

/** The intent of a config that broke no rule: named, sorted and frozen. */
export function buildIntent(environment: string, config: Config, allowances: readonly Allowance[] = []): Intent {
  const prefix = names.prefix(config.name, environment);
  return deepFreeze<Intent>({
    environment,
    prefix,
    aws: { ...config.aws, deployers: sorted(config.aws.deployers ?? []) },
    google: config.google,
    state: buildState(environment, config),
    federation: {
      poolId: names.poolId(prefix, config.federation.generation),
      providerId: names.FEDERATION_PROVIDER_ID,
    },
    protect: config.protect,
    recoveryDays: config.recoveryDays,
    issuers: byId(config.issuers, (id, issuer) => buildIssuer(prefix, id, issuer)),
    gateway: buildGateway(config.gateway),
    services: byId(config.services, (id, service) => buildService(prefix, config.google.project, id, service)),
    clients: byId(config.clients, (id, client) => buildClient(prefix, id, client)),
    logs: config.logs,
    tags: sortedRecord({ ...config.tags, application: config.name, environment }),
    allowances,
  });
}

function buildState(environment: string, { name, state }: Config): StateIntent {
  if (state.path !== undefined) return { kind: "local", path: state.path };
  const { bucket = "", region = "" } = state;
  return { kind: "s3", bucket, region, key: names.stateKey(name, environment) };
}

function buildGateway({ authorizerCacheSeconds, throttle, cors, authorizer }: Config["gateway"]): GatewayIntent {
  return {
    authorizerCacheSeconds,
    throttle,
    ...(cors && { cors: { ...cors, origins: sorted(cors.origins), headers: sorted(cors.headers) } }),
    authorizer,
  };
}

function buildIssuer(prefix: string, id: string, issuer: IssuerConfig): Issuer {
  if (issuer.kind === "cognito") return { ...issuer, id, name: names.userPoolName(prefix, id) };
  const audiences = sorted(issuer.audiences);
  if (issuer.grants === "subjects") return { ...issuer, id, audiences };
  return { ...issuer, id, audiences, scopes: sorted(issuer.scopes), clients: sorted(issuer.clients) };
}

function buildService(prefix: string, project: string, id: string, service: ServiceConfig): Service {
  const name = names.serviceName(prefix, id);
  const { image, port, healthPath, timeoutSeconds, resources, scaling } = service;
  return {
    id,
    name,
    runtimeName: names.runtimeAccount(name),
    audience: names.audience(name, project),
    image,
    port,
    ...(healthPath !== undefined && { healthPath }),
    timeoutSeconds,
    resources: { cpu: String(resources.cpu), memory: resources.memory },
    scaling,
    environment: byId(service.environment, (name, value) => ({ name, value })),
    secrets: byId(service.secrets, (variable, { secret, version }) => ({
      variable,
      id: secret,
      secretId: names.secretId(prefix, secret),
      ...(version !== undefined && { version }),
    })),
    routes: buildRoutes(id, service.routes),
  };
}

function buildRoutes(serviceId: string, routes: ServiceConfig["routes"]): Route[] {
  return expandRoutes(serviceId, Object.entries(routes))
    .map(
      ({ key, method, path, address, config }): Route => ({
        key,
        method,
        path,
        address,
        hasVariable: path.includes("{"),
        ...accessOf(config ?? {}),
      }),
    )
    .sort((a, b) => compare(a.key, b.key));
}

function accessOf(route: RouteConfig): Pick<Route, "access" | "throttle"> {
  if (route === "public") return { access: { kind: "public" } };
  const { scopes, throttle } = route;
  return {
    access: scopes === undefined ? { kind: "public" } : { kind: "scopes", scopes: sorted(scopes) },
    ...(throttle && { throttle }),
  };
}

function buildClient(prefix: string, id: string, client: ClientConfig): Client {
  const scopes = sorted(client.scopes);
  switch (client.grant) {
    case "external":
      return { ...client, id, scopes };
    case "client_credentials":
      return {
        ...client,
        id,
        scopes,
        name: names.clientName(prefix, id),
        secretName: names.clientSecretName(prefix, id),
        readers: sorted(client.readers ?? []),
      };
    case "authorization_code":
      return {
        ...client,
        id,
        scopes,
        name: names.clientName(prefix, id),
        callbackUrls: sorted(client.callbackUrls),
        logoutUrls: sorted(client.logoutUrls),
      };
  }
}

function byId<T, R>(entries: Readonly<Record<string, T>>, build: (id: string, entry: T) => R): R[] {
  return Object.entries(entries)
    .sort(([a], [b]) => compare(a, b))
    .map(([id, entry]) => build(id, entry));
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}

/** By code unit: a locale would sort differently on another machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
