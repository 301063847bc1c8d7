import { byId, type Draft, type ServiceDraft } from "./derived/draft";
import { mcpDiscovery, mcpRoute } from "./derived/mcp";
import { expandRoutes, scopedAccess } from "./derived/routes";
import { issuersThatOpen } from "./derived/scopes";
import { usagePlans } from "./derived/usage-plans";
import { ALARM_KEYS, type AlarmKey, type AlarmsIntent, needsAuthorizer } from "./model/alarm-table";
import type { Client } from "./model/client-intent";
import type { DomainIntent, GatewayIntent, MutualTlsIntent, WafIntent } from "./model/gateway-intent";
import type { ExistingService, Intent, Issuer, Release, Route, Service, StateIntent } from "./model/intent";
import { REST_TIMEOUT_SECONDS } from "./model/limits";
import * as names from "./model/names";
import { truststoreBucket } from "./model/names";
import { sloOf } from "./model/slo";
import { OFF } from "./schema/alarms";
import type { AlarmsConfig, ClientConfig, IssuerConfig, RouteConfig, ServiceConfig } from "./schema/config";
import { byVersion } from "./schema/networks";
import { trustedCertificates } from "./schema/truststore";
import { deepFreeze, sortedLists, without } from "./source/values";

/** Parts of an environment that files other than its own config declare. */
type FromOtherFiles = Pick<Intent, "allowances" | "expectations" | "expectedChanges" | "imports">;

/**
 * The intent of a config that broke no rule: named, sorted and frozen. A key that this file does not name reaches the
 * intent as config sets it. Every list of texts is a set, so its order in a file changes nothing.
 */
export function buildIntent(config: Draft, others: FromOtherFiles): Intent {
  const { prefix } = config;
  const intent: Omit<Intent, keyof FromOtherFiles> = {
    ...without(
      config,
      "alarms",
      "auditors",
      "bootstrap",
      "isWritten",
      "limits",
      "name",
      "requireDigest",
      "root",
      "routes",
    ),
    aws: {
      deployers: [],
      ...config.aws,
      ...(config.bootstrap?.boundary && { boundaryArn: names.boundaryArn(config.aws.account, prefix) }),
    },
    state: buildState(config),
    federation: {
      poolId: names.poolId(prefix, config.federation.generation),
      providerId: names.FEDERATION_PROVIDER_ID,
    },
    releaseRoleId: names.pipelineRoleId(prefix, "release", config.bootstrap?.generation),
    issuers: [...config.issuers].map(([id, issuer]) => buildIssuer(prefix, id, issuer)),
    gateway: buildGateway(config),
    services: [...config.services].map(([id, service]) => buildService(config, id, service)),
    clients: [...config.clients].map(([id, client]) => buildClient(prefix, id, client)),
    ...(config.alarms && { alarms: buildAlarms(config, config.alarms) }),
    ...(config.auditors && { auditors: { awsRoles: [], googleGroups: [], ...config.auditors } }),
    tags: sortedRecord({ ...config.tags, application: config.name, environment: config.environment }),
  };
  return deepFreeze<Intent>({ ...sortedLists(intent), ...others });
}

/** Without the thresholds that are off, and without those of functions that do not exist. */
function buildAlarms({ handshake, limits }: Draft, { actions = [], ...thresholds }: AlarmsConfig): AlarmsIntent {
  const chosen = ALARM_KEYS.flatMap((key): [AlarmKey, number][] => {
    const threshold = thresholds[key];
    if (threshold === OFF || (needsAuthorizer(key) && handshake !== "federated")) return [];
    return [[key, threshold]];
  });
  return {
    actions,
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
  return {
    ...without(config.gateway, "defaultPlan", "domain", "mutualTls", "waf"),
    plans: usagePlans(config),
    ...gatewayFilters(config),
    ...mcpDiscovery(config),
  };
}

function buildIssuer(prefix: string, id: string, issuer: IssuerConfig): Issuer {
  return issuer.kind === "cognito" ? { ...issuer, id, name: names.userPoolName(prefix, id) } : { ...issuer, id };
}

function buildService(config: Draft, id: string, service: ServiceDraft): Service {
  const { prefix, google, handshake, gateway } = config;
  const { resources, timeoutSeconds } = service;
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
    ...without(
      service,
      "deployedBy",
      "existing",
      "forwardAuthorization",
      "mcp",
      "openapi",
      "previousName",
      "slo",
      "verifyCallerToken",
    ),
    id: named,
    key: id,
    name,
    runtimeName: names.runtimeAccount(name),
    audience: service.existing?.audience ?? names.audience(name, google.project),
    image: service.image ?? "",
    ...(service.existing && { existing: existingOf(service.existing, google) }),
    // Cloud Run has one timeout per service: that of its longest response.
    timeoutSeconds: Math.max(timeoutSeconds, ...routes.map((route) => route.timeoutSeconds)),
    verifiesCallerToken: handshake === "shared-issuer" || service.verifyCallerToken,
    forwardsAuthorization: !isRest || service.forwardAuthorization || service.verifyCallerToken,
    resources: { ...resources, cpu: String(resources.cpu) },
    environment: byId(service.environment).map(([name, value]) => ({ name, value })),
    secrets: byId(service.secrets).map(([variable, { secret, ...settings }]) => ({
      variable,
      id: secret,
      secretId: names.secretId(prefix, secret),
      ...settings,
    })),
    ...(service.slo && { slo: sloOf(service.slo) }),
    ...(service.deployedBy && { release: releaseOf(service.deployedBy) }),
    routes,
    ...(service.mcp?.toolScopes && { toolScopes: service.mcp.toolScopes }),
  };
}

function existingOf(
  { name, region, project }: NonNullable<ServiceConfig["existing"]>,
  google: Draft["google"],
): ExistingService {
  return { name, region: region ?? google.region, project: project ?? google.project };
}

function releaseOf(deployedBy: NonNullable<ServiceConfig["deployedBy"]>): Release {
  if (deployedBy === "pipeline") return { principals: [], traffic: "terraform" };
  return { principals: [deployedBy.pipeline].flat().sort(), traffic: deployedBy.traffic };
}

function buildRoutes(id: string, service: ServiceDraft, within: Draft, timeoutSeconds: number): Route[] {
  return expandRoutes(id, service.routes, service)
    .map(
      ({ key, written, method, path, address, previousAddress, config }): Route => ({
        ...without(config, "previousName", "scopes", "where"),
        key,
        written,
        method,
        path,
        address,
        ...(previousAddress !== undefined && { previousAddress }),
        hasVariable: path.includes("{"),
        access: config.scopes === undefined ? { kind: "public" } : { kind: "scopes", ...scopedAccess(config) },
        ...issuerOf(config, within),
        ...mcpRoute(within, service, path),
        timeoutSeconds: config.timeoutSeconds ?? timeoutSeconds,
      }),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * The one issuer that the gateway's own authorizer checks: the callers' issuer, or the first issuer if there are no
 * callers.
 */
function issuerOf(route: RouteConfig, draft: Draft): Pick<Route, "issuer"> {
  if (draft.handshake !== "shared-issuer" || route.scopes === undefined) return {};
  const [found = [...draft.issuers.keys()][0]] = issuersThatOpen(route, draft);
  return found === undefined ? {} : { issuer: found };
}

function buildClient(prefix: string, key: string, client: ClientConfig): Client {
  if (client.grant === "external") {
    return { ...client, id: key, ...(client.claims && { claims: sortedRecord(client.claims) }) };
  }
  const id = names.namedAs(key, client);
  const named = { id, key, name: names.clientName(prefix, id) };
  return client.grant === "client_credentials"
    ? {
        readers: [],
        ...without(client, "previousName"),
        ...named,
        secretName: names.clientSecretName(prefix, id),
      }
    : { ...without(client, "previousName"), ...named };
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(byId(record));
}

type Filters = Pick<GatewayIntent, "domain" | "mutualTls" | "waf">;

/** The gateway's domain, and the filters before its authorizer. Each is left out if its config key is missing. */
function gatewayFilters(draft: Draft): Filters {
  const { prefix, aws, gateway, protect } = draft;
  const { domain, mutualTls, waf } = gateway;
  return {
    ...(domain && { domain: domainIntent(domain, draft) }),
    ...(mutualTls && {
      mutualTls: { ...mutualTlsIntent(mutualTls), bucket: truststoreBucket(prefix, aws.account), protect },
    }),
    ...(waf && { waf: wafIntent(waf) }),
  };
}

type Written<K extends keyof Draft["gateway"]> = NonNullable<Draft["gateway"][K]>;

function domainIntent(
  { records = "none", failover, ...domain }: Written<"domain">,
  { environment, twinOf, aws: { region } }: Draft,
): DomainIntent {
  const step = ({ none: "certificate", validation: "open", all: "live" } as const)[records];
  const routing = failover && {
    routing: { policy: failover, identifier: environment, region, hasValidation: twinOf === undefined },
  };
  return { ...domain, ...routing, step: domain.zoneId === undefined ? step : "live" };
}

function mutualTlsIntent({ truststore }: Written<"mutualTls">): Pick<MutualTlsIntent, "truststore" | "certificates"> {
  return { truststore: `${truststore.trim()}\n`, certificates: trustedCertificates(truststore) };
}

function wafIntent(waf: Written<"waf">) {
  const { common, knownBadInputs, ipReputation, networks, countries } = waf;
  const { deny = [], trust = [], mode = "count" } = networks ?? {};
  return {
    ...without(waf, "common", "countries", "ipReputation", "knownBadInputs", "networks"),
    managed: { common: common.mode, knownBadInputs: knownBadInputs.mode, ipReputation: ipReputation.mode },
    ...(deny.length > 0 && { denied: { networks: byVersion(deny), mode } }),
    ...(trust.length > 0 && { trusted: { networks: byVersion(trust) } }),
    ...(countries && {
      countries: {
        list: countries.only ?? countries.deny ?? [],
        areOnly: countries.only !== undefined,
        mode: countries.mode,
      },
    }),
  } satisfies WafIntent;
}
