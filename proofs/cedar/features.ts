import type { Reason } from "../../functions/authorizer/request/outcome";
import type { Compared } from "./compare";
import { CLAIMS, type DeployedIds, HOST, MISS_KINDS } from "./draw";
import { type Drawn, type DrawnRequest, IDS, WIRINGS } from "./environment";
import { DIFFERENCES } from "./envoy";
import { SIGNED } from "./presented";

// biome-ignore lint/suspicious/noExplicitAny: the config as plain data
type Data = any;

/** Whether the function must give a reason in some decision. A failed cloud, a gateway without its sources and a bug end in none. */
const GIVEN: Readonly<Record<Reason, boolean>> = {
  "route-kind": false,
  "identity-sources": false,
  network: true,
  origin: true,
  "route-unknown": true,
  "path-character": true,
  "path-mismatch": true,
  "path-ambiguous": true,
  "authorization-count": true,
  "authorization-shape": true,
  "token-size": true,
  "token-shape": true,
  "token-algorithm": true,
  "token-claims": true,
  "issuer-unknown": true,
  "key-unknown": true,
  "keys-unavailable": false,
  "caller-identity": false,
  signature: true,
  "credentials-expired": true,
  "credentials-unknown": true,
  expired: true,
  "not-yet-valid": true,
  audience: true,
  "token-use": true,
  "client-unknown": true,
  "subject-shape": true,
  "subject-unknown": true,
  "caller-ambiguous": true,
  "subject-borrowed": true,
  "subject-replaced": true,
  "actor-unknown": true,
  "client-revoked": true,
  scope: true,
  "path-claim": true,
  "aws-credentials": false,
  "federation-provider": false,
  "assume-role": false,
  "token-exchange": false,
  "id-token": false,
  internal: false,
};
const REASONS = Object.entries(GIVEN).flatMap(([reason, isGiven]) => (isGiven ? [reason] : []));

/** By name, whether a decision depends on it. Some also need that the call is allowed. */
const RULES: Readonly<Record<string, (parts: Parts) => unknown>> = {
  "HTTP API": ({ config }) => config.gateway.kind === "http",
  "REST API": ({ config }) => config.gateway.kind === "rest",
  "overlay that changes the base": ({ overlay }) =>
    Object.values<Data>(overlay).some((each) => Object.keys(each).length > 0),
  "public route": ({ access }) => access === "public",
  "route of ANY": ({ written }) => written.startsWith("ANY "),
  "greedy path, allowed": ({ written, isAllowed }) => written.includes("+}") && isAllowed,
  "allOf, allowed": ({ access, isAllowed }) => JSON.stringify(access).includes("allOf") && isAllowed,
  "where with a text, allowed": ({ access, isAllowed }) =>
    /"claim\./.test(JSON.stringify(access.where ?? {}).replace(/"in":"claim/g, "")) && isAllowed,
  "where with a list, allowed": ({ access, isAllowed }) =>
    JSON.stringify(access.where ?? {}).includes('"in"') && isAllowed,
  "allowed networks": ({ config }) => config.gateway.allowedNetworks,
  "user pool, allowed": ({ issuer, isAllowed }) => issuer.kind === "cognito" && isAllowed,
  "scopeValues, allowed": ({ issuer, isAllowed }) => issuer.scopeValues && isAllowed,
  "several scope claims, allowed": ({ issuer, isAllowed }) => Array.isArray(issuer.scopeClaim) && isAllowed,
  "two issuers of one URL, allowed": ({ config, claims, isAllowed }) =>
    Object.values<Data>(config.issuers).filter((each) => each.issuer === claims.iss).length > 1 && isAllowed,
  "client by subject, allowed": ({ client, isAllowed }) => client.subject && isAllowed,
  "client by claims, allowed": ({ client, isAllowed }) => client.claims && isAllowed,
  "scopeClaim of a client, allowed": ({ client, isAllowed }) => client.scopeClaim && isAllowed,
  "client by id of another issuer, allowed": ({ client, isAllowed }) => client.clientId && isAllowed,
  "client that an issuer lists, allowed": ({ config, caller, isAllowed }) =>
    /\/0oa[12]$/.test(caller) && isAllowed && config,
  "disabled client": ({ client }) => client.disabled,
  "revoked client": ({ revoked, caller }) => revoked.includes(caller),
  "agent, allowed": ({ client, isAllowed }) => client.kind === "agent" && isAllowed,
  "agent, writes": ({ client, isAllowed, method }) =>
    client.allowWrites && isAllowed && !["GET", "HEAD"].includes(method),
  "AWS principal, allowed": ({ issuer, isAllowed }) => issuer.kind === "aws-iam" && isAllowed,
  "AWS principal with a unique id, allowed": ({ client, isAllowed }) => client.uniqueId && isAllowed,
  "MCP server, allowed": ({ isServer, isAllowed }) => isServer && isAllowed,
  "handshake shared-issuer, allowed": ({ config, isAllowed }) => config.handshake === "shared-issuer" && isAllowed,
  "verifyCallerToken, allowed": ({ config, isAllowed }) =>
    Object.values<Data>(config.services).some((each) => each.verifyCallerToken) && isAllowed,
  "acting party, allowed": ({ actor, isAllowed }) => actor !== "-" && isAllowed,
  "another host name": ({ request }) => request.presented.signed && request.host !== HOST,
  "header name of another spelling": ({ request, isAllowed }) => request.headers[0] !== "Authorization" && isAllowed,
  "two origins": ({ request, isServer }) => isServer && request.origins.length > 1,
  "a variable that is missing": ({ ids }) => ids !== IDS && Object.keys(ids.appClients).length < 2,
  "almost a revoked client": ({ revoked, names }) => revoked.some((name) => !names.includes(name)),
};

export const FEATURES: readonly string[] = [
  ...Object.keys(RULES).filter((name) => !/^(handshake|verifyCallerToken)/.test(name)),
  ...Object.keys(SIGNED).map((how) => `signed request: ${how}`),
  ...REASONS.map((reason) => `reason ${reason}`),
  ...Object.keys(WIRINGS).map((wiring) => `fault of the gateway: ${wiring}`),
  ...CLAIMS.map((input) => `near miss of ${input}`),
  ...MISS_KINDS.map((kind) => `near miss: ${kind}`),
];

/** What some decision of Envoy must depend on. */
export const FEATURES_OF_ENVOY: readonly string[] = [
  ...["handshake shared-issuer, allowed", "verifyCallerToken, allowed", "overlay that changes the base"],
  ...["public route", "route of ANY", "greedy path, allowed", "allOf, allowed", "where with a text, allowed"],
  ...["where with a list, allowed", "user pool, allowed", "client by subject, allowed", "disabled client"],
  ...["client by id of another issuer, allowed", "client that an issuer lists, allowed", "agent, allowed"],
  "acting party, allowed",
  ...Object.keys(DIFFERENCES).map((name) => `by design, Envoy ${name}`),
];

interface Parts {
  readonly config: Data;
  readonly overlay: Data;
  readonly revoked: readonly string[];
  readonly method: string;
  /** Route key in config. */
  readonly written: string;
  readonly access: Data;
  readonly claims: Data;
  readonly issuer: Data;
  readonly caller: string;
  readonly client: Data;
  readonly actor: string;
  /** Names of all callers that config names. */
  readonly names: readonly string[];
  readonly request: DrawnRequest;
  readonly ids: DeployedIds;
  readonly isServer: boolean;
  readonly isAllowed: boolean;
}

/** What a decision is about. */
export function featuresOf(
  { config, overlay, revoked, ids }: Drawn,
  { request, route = "", byProgram, byCedar, by = [] }: Compared,
) {
  const { method, presented } = request;
  const routes: Data = Object.assign({}, ...Object.values<Data>(config.services).map((each) => each.routes));
  const written = route in routes ? route : route.replace(/^\S+/, "ANY");
  const { caller = "-", actor = "-" } = byCedar ?? {};
  const named = Object.entries<Data>(config.clients).map(
    ([id, own]) => [`${own.issuer}/${own.subject ?? id}`, own] as const,
  );
  const client = named.find(([name]) => name === caller);
  const issuer = config.issuers[caller.split("/")[0] ?? ""] ?? {};
  const parts = {
    ...{
      config,
      overlay,
      revoked,
      ids,
      request,
      names: named.map(([name]) => name),
      method,
      written,
      access: routes[written] ?? {},
      claims: presented.claims,
    },
    ...{ issuer, caller, client: client?.[1] ?? {}, actor, isAllowed: byProgram?.allowed === true },
    isServer: Object.values<Data>(config.services).some(({ mcp }) => mcp && route.endsWith(` ${mcp.path}`)),
  };
  const found = Object.entries(RULES).flatMap(([name, isIn]) => (isIn(parts) ? [name] : []));
  return [
    ...found,
    ...by.map((name) => `by design, Envoy ${name}`),
    ...(presented.signed ? [`signed request: ${presented.signed}`] : []),
    ...(presented.missed ? [`near miss of ${presented.missed.input}`, `near miss: ${presented.missed.kind}`] : []),
    ...(request.wiring ? [`fault of the gateway: ${request.wiring}`] : []),
    ...(byProgram?.reasons ?? []).filter((each) => REASONS.includes(each)).map((each) => `reason ${each}`),
  ];
}
