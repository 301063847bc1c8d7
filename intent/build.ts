import { gatewayFilters } from "./derived/gateway-filters";
import { expandRoutes, needsOf } from "./derived/routes";
import { issuersOfScopes } from "./derived/scopes";
import { usagePlans } from "./derived/usage-plans";
import { ALARM_KEYS, type AlarmKey, type AlarmsIntent, needsAuthorizer } from "./model/alarm-table";
import type { Client } from "./model/client-intent";
import type { GatewayIntent } from "./model/gateway-intent";
import type { Intent, Issuer, Route, Service, StateIntent } from "./model/intent";
import { REST_TIMEOUT_SECONDS } from "./model/limits";
import * as names from "./model/names";
import { sloOf } from "./model/slo";
import { OFF } from "./schema/alarms";
import type { AlarmsConfig, ClientConfig, Config, IssuerConfig, RouteConfig, ServiceConfig } from "./schema/config";
import { deepFreeze } from "./source/freeze";

/** Parts of an environment that files other than its own config declare. */
type FromOtherFiles = Pick<Intent, "allowances" | "expectations" | "expectedChanges" | "imports">;

/** The intent of a config that broke no rule: named, sorted and frozen. */
export function buildIntent(
  environment: string,
  config: Config,
  { allowances = [], expectations = [], expectedChanges = [], imports = [] }: Partial<FromOtherFiles> = {},
): Intent {
  const prefix = names.prefix(config.name, environment);
  return deepFreeze<Intent>({
    environment,
    prefix,
    aws: { ...config.aws, deployers: sorted(config.aws.deployers ?? []) },
    google: config.google,
    state: buildState(environment, config),
    handshake: config.handshake,
    ...(config.envoy && { envoy: config.envoy }),
    federation: {
      poolId: names.poolId(prefix, config.federation.generation),
      providerId: names.FEDERATION_PROVIDER_ID,
    },
    protect: config.protect,
    recoveryDays: config.recoveryDays,
    issuers: byId(config.issuers, (id, issuer) => buildIssuer(prefix, id, issuer)),
    gateway: buildGateway(prefix, config),
    services: byId(config.services, (id, service) => buildService(prefix, config, id, service)),
    clients: byId(config.clients, (id, client) => buildClient(prefix, id, client)),
    logs: config.logs,
    ...(config.alarms && { alarms: buildAlarms(config, config.alarms) }),
    dashboards: config.dashboards,
    ...(config.auditors && {
      auditors: {
        awsRoles: sorted(config.auditors.awsRoles ?? []),
        googleGroups: sorted(config.auditors.googleGroups ?? []),
      },
    }),
    tags: sortedRecord({ ...config.tags, application: config.name, environment }),
    allowances,
    expectations,
    expectedChanges,
    imports,
  });
}

/** Without the thresholds that are off, and without those of functions that do not exist. */
function buildAlarms({ handshake, limits }: Config, { actions = [], ...thresholds }: AlarmsConfig): AlarmsIntent {
  const chosen = ALARM_KEYS.flatMap((key): [AlarmKey, number][] => {
    const threshold = thresholds[key];
    if (threshold === OFF || (needsAuthorizer(key) && handshake !== "federated")) return [];
    return [[key, threshold]];
  });
  return {
    actions: sorted(actions),
    thresholds: Object.fromEntries(chosen),
    accountConcurrency: limits.lambdaConcurrency,
  };
}

function buildState(environment: string, { name, state }: Config): StateIntent {
  if (state.path !== undefined) return { kind: "local", path: state.path };
  const { bucket = "", region = "" } = state;
  return { kind: "s3", bucket, region, key: names.stateKey(name, environment) };
}

function buildGateway(prefix: string, config: Config): GatewayIntent {
  const { kind, alsoServe, authorizerCacheSeconds, throttle, cors, authorizer } = config.gateway;
  return {
    kind,
    ...(alsoServe && { alsoServe }),
    authorizerCacheSeconds,
    ...(throttle && { throttle }),
    ...(cors && { cors: { ...cors, origins: sorted(cors.origins), headers: sorted(cors.headers) } }),
    authorizer,
    tracing: config.gateway.tracing === true,
    plans: usagePlans(prefix, config),
    ...gatewayFilters(prefix, config),
  };
}

function buildIssuer(prefix: string, id: string, issuer: IssuerConfig): Issuer {
  if (issuer.kind === "cognito") return { ...issuer, id, name: names.userPoolName(prefix, id) };
  if (issuer.kind === "aws-iam") return { ...issuer, id, accounts: sorted(issuer.accounts) };
  const audiences = sorted(issuer.audiences);
  if (issuer.grants === "subjects") return { ...issuer, id, audiences };
  return { ...issuer, id, audiences, scopes: sorted(issuer.scopes), clients: sorted(issuer.clients) };
}

function buildService(prefix: string, config: Config, id: string, service: ServiceConfig): Service {
  const { google, handshake, gateway } = config;
  const named = names.namedAs(id, service);
  const name = names.serviceName(prefix, named);
  const { image, port, healthPath, resources, scaling } = service;
  const isRest = gateway.kind === "rest" || gateway.alsoServe === "rest";
  const { timeoutSeconds } = service;
  const routes = buildRoutes(
    id,
    service,
    config,
    isRest ? Math.min(timeoutSeconds, REST_TIMEOUT_SECONDS) : timeoutSeconds,
  );
  return {
    id: named,
    key: id,
    name,
    runtimeName: names.runtimeAccount(name),
    audience: names.audience(name, google.project),
    image,
    ...(service.rollout && { rollout: service.rollout }),
    port,
    ...(healthPath !== undefined && { healthPath }),
    // Cloud Run has one timeout per service: that of its longest response.
    timeoutSeconds: Math.max(timeoutSeconds, ...routes.map((route) => route.timeoutSeconds)),
    verifiesCallerToken: handshake === "shared-issuer" || service.verifyCallerToken,
    forwardsAuthorization: !isRest || service.forwardAuthorization === true || service.verifyCallerToken,
    resources: { cpu: String(resources.cpu), memory: resources.memory },
    scaling,
    environment: byId(service.environment, (name, value) => ({ name, value })),
    secrets: byId(service.secrets, (variable, { secret, versionAdders, ...settings }) => ({
      variable,
      id: secret,
      secretId: names.secretId(prefix, secret),
      ...settings,
      ...(Array.isArray(settings.replicas) && { replicas: sorted(settings.replicas) }),
      ...(versionAdders && { versionAdders: sorted(versionAdders) }),
    })),
    ...(service.slo && { slo: sloOf(service.slo) }),
    routes,
  };
}

function buildRoutes(serviceId: string, service: ServiceConfig, within: Config, timeoutSeconds: number): Route[] {
  return expandRoutes(serviceId, Object.entries(service.routes), service)
    .map(
      ({ key, method, path, address, previousAddress, config }): Route => ({
        key,
        method,
        path,
        address,
        ...(previousAddress !== undefined && { previousAddress }),
        hasVariable: path.includes("{"),
        ...accessOf(config),
        ...issuerOf(config, within),
        ...streamOf(config, timeoutSeconds),
      }),
    )
    .sort((a, b) => compare(a.key, b.key));
}

function accessOf(route: RouteConfig): Pick<Route, "access" | "throttle"> {
  if (route === "public") return { access: { kind: "public" } };
  const { scopes, throttle } = route;
  return {
    access: scopes === undefined ? { kind: "public" } : { kind: "scopes", scopes: needsOf(route) },
    ...(throttle && { throttle }),
  };
}

function streamOf(route: RouteConfig, otherwise: number): Pick<Route, "stream" | "timeoutSeconds"> {
  const { stream = false, timeoutSeconds = otherwise } = route === "public" ? {} : route;
  return { stream, timeoutSeconds };
}

/**
 * The one issuer that the gateway's own authorizer checks: the callers' issuer, or the first issuer if there are no
 * callers.
 */
function issuerOf(route: RouteConfig, { handshake, issuers, clients }: Config): Pick<Route, "issuer"> {
  if (handshake !== "shared-issuer" || route === "public" || route.scopes === undefined) return {};
  const sorted = Object.entries(issuers).sort(([a], [b]) => compare(a, b));
  const [found = sorted[0]?.[0]] = issuersOfScopes(needsOf(route), sorted, Object.entries(clients));
  return found === undefined ? {} : { issuer: found };
}

function buildClient(prefix: string, id: string, client: ClientConfig): Client {
  const scopes = sorted(client.scopes);
  switch (client.grant) {
    case "external":
      return { ...client, id, scopes, ...(client.claims && { claims: sortedRecord(client.claims) }) };
    case "client_credentials":
      return {
        ...renamed(id, client),
        scopes,
        name: names.clientName(prefix, names.namedAs(id, client)),
        secretName: names.clientSecretName(prefix, names.namedAs(id, client)),
        readers: sorted(client.readers ?? []),
      };
    case "authorization_code":
      return {
        ...renamed(id, client),
        scopes,
        name: names.clientName(prefix, names.namedAs(id, client)),
        callbackUrls: sorted(client.callbackUrls),
        logoutUrls: sorted(client.logoutUrls),
      };
  }
}

function renamed<T extends { readonly previousName?: string | undefined }>(key: string, client: T) {
  const { previousName, ...rest } = client;
  return { ...rest, id: previousName ?? key, key };
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

/** Compares by code unit. A locale could sort differently on another machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
