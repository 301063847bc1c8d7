import { byId, type Draft, type ServiceDraft } from "./derived/draft";
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
import type { AlarmsConfig, ClientConfig, IssuerConfig, RouteConfig } from "./schema/config";
import { deepFreeze } from "./source/freeze";

/** Parts of an environment that files other than its own config declare. */
type FromOtherFiles = Pick<Intent, "allowances" | "expectations" | "expectedChanges" | "imports">;

/** The intent of a config that broke no rule: named, sorted and frozen. */
export function buildIntent(config: Draft, others: FromOtherFiles): Intent {
  const { environment, prefix } = config;
  return deepFreeze<Intent>({
    environment,
    prefix,
    aws: { ...config.aws, deployers: sorted(config.aws.deployers ?? []) },
    google: config.google,
    state: buildState(config),
    handshake: config.handshake,
    ...(config.envoy && { envoy: config.envoy }),
    federation: {
      poolId: names.poolId(prefix, config.federation.generation),
      providerId: names.FEDERATION_PROVIDER_ID,
    },
    protect: config.protect,
    recoveryDays: config.recoveryDays,
    issuers: [...config.issuers].map(([id, issuer]) => buildIssuer(prefix, id, issuer)),
    gateway: buildGateway(config),
    services: [...config.services].map(([id, service]) => buildService(config, id, service)),
    clients: [...config.clients].map(([id, client]) => buildClient(prefix, id, client)),
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
    ...others,
  });
}

/** Without the thresholds that are off, and without those of functions that do not exist. */
function buildAlarms({ handshake, limits }: Draft, { actions = [], ...thresholds }: AlarmsConfig): AlarmsIntent {
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

function buildState({ environment, name, state }: Draft): StateIntent {
  if (state.path !== undefined) return { kind: "local", path: state.path };
  const { bucket = "", region = "" } = state;
  return { kind: "s3", bucket, region, key: names.stateKey(name, environment) };
}

function buildGateway(config: Draft): GatewayIntent {
  const { kind, authorizerCacheSeconds, throttle, cors, authorizer, tracing = false } = config.gateway;
  return {
    kind,
    authorizerCacheSeconds,
    ...(throttle && { throttle }),
    ...(cors && { cors: { ...cors, origins: sorted(cors.origins), headers: sorted(cors.headers) } }),
    authorizer,
    tracing,
    plans: usagePlans(config),
    ...gatewayFilters(config),
  };
}

function buildIssuer(prefix: string, id: string, issuer: IssuerConfig): Issuer {
  if (issuer.kind === "cognito") return { ...issuer, id, name: names.userPoolName(prefix, id) };
  if (issuer.kind === "aws-iam") return { ...issuer, id, accounts: sorted(issuer.accounts) };
  const audiences = sorted(issuer.audiences);
  if (issuer.grants === "subjects") return { ...issuer, id, audiences };
  return { ...issuer, id, audiences, scopes: sorted(issuer.scopes), clients: sorted(issuer.clients) };
}

function buildService(config: Draft, id: string, service: ServiceDraft): Service {
  const { prefix, google, handshake, gateway } = config;
  const { image, port, healthPath, resources, scaling, timeoutSeconds } = service;
  const named = names.namedAs(id, service);
  const name = names.serviceName(prefix, named);
  const isRest = gateway.kind === "rest";
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
    environment: byId(service.environment).map(([name, value]) => ({ name, value })),
    secrets: byId(service.secrets).map(([variable, { secret, versionAdders, ...settings }]) => ({
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

function buildRoutes(id: string, service: ServiceDraft, within: Draft, timeoutSeconds: number): Route[] {
  return expandRoutes(id, service.routes, service)
    .map(({ key, method, path, address, previousAddress, config }): Route => {
      const { throttle, stream = false } = config;
      return {
        key,
        method,
        path,
        address,
        ...(previousAddress !== undefined && { previousAddress }),
        hasVariable: path.includes("{"),
        access: config.scopes === undefined ? { kind: "public" } : { kind: "scopes", scopes: needsOf(config) },
        ...(throttle && { throttle }),
        ...issuerOf(config, within),
        stream,
        timeoutSeconds: config.timeoutSeconds ?? timeoutSeconds,
      };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * The one issuer that the gateway's own authorizer checks: the callers' issuer, or the first issuer if there are no
 * callers.
 */
function issuerOf(route: RouteConfig, draft: Draft): Pick<Route, "issuer"> {
  if (draft.handshake !== "shared-issuer" || route.scopes === undefined) return {};
  const [found = [...draft.issuers.keys()][0]] = issuersOfScopes(needsOf(route), draft);
  return found === undefined ? {} : { issuer: found };
}

function buildClient(prefix: string, key: string, client: ClientConfig): Client {
  const scopes = sorted(client.scopes);
  if (client.grant === "external") {
    return { ...client, id: key, scopes, ...(client.claims && { claims: sortedRecord(client.claims) }) };
  }
  const id = names.namedAs(key, client);
  const named = { id, key, scopes, name: names.clientName(prefix, id) };
  const { previousName: _, ...rest } = client;
  return rest.grant === "client_credentials"
    ? { ...rest, ...named, secretName: names.clientSecretName(prefix, id), readers: sorted(rest.readers ?? []) }
    : { ...rest, ...named, callbackUrls: sorted(rest.callbackUrls), logoutUrls: sorted(rest.logoutUrls) };
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(byId(record));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}
