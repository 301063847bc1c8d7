import { stringify } from "yaml";
import { loadFiles } from "../../__tests__/support/config-folder";
import { httpIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { patternOfKey } from "../../contract/route-pattern";
import { keysOfOne, takersIn } from "../../contract/route-selection";
import type { Intent } from "../../intent/model/intent";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { Chance, type DeployedIds, drawConfig, drawTarget, drawToken, HOST, routeKeys, splitConfig } from "./draw";
import { authorizationOf, type Presented, principalsOf, publishedKeys, tokenOf } from "./presented";

// biome-ignore lint/suspicious/noExplicitAny: the config as plain data
type Data = any;

/** The time of all decisions, in seconds since 1970. */
export const NOW = 1_790_000_000;
const TOKENS = 60;
const MOST_DRAWS = 300;
const ADDRESSES = [
  ...Array.from({ length: 9 }, () => "203.0.113.9"),
  "198.51.100.7",
  "198.51.100.8",
  "192.0.2.1",
  "203.0.112.255",
  "203.0.114.0",
  "198.51.100.6",
  "2001:db8::7",
  "2001:db8:ffff::1",
  "2001:db9::7",
  "::ffff:cb00:7109",
];
/** Faults of a gateway, with the reason that the function gives. */
export const WIRINGS = {
  "another handler": "route-kind",
  "no policy among the sources": "identity-sources",
  "no token among the sources": "identity-sources",
  "no route among the sources": "identity-sources",
  "no path among the sources": "identity-sources",
  "no address among the sources": "identity-sources",
  "no sources": "identity-sources",
  "one text of all sources": "identity-sources",
  "sources that only contain the values": "identity-sources",
  "an empty policy version": "identity-sources",
  "an address that is none": "network",
  "no stage": "identity-sources",
  "another path in the context": "path-mismatch",
  "another path in the ARN": "path-mismatch",
  "a longer path": "path-mismatch",
  "a shorter path": "path-mismatch",
  "an empty variable": "path-mismatch",
  "another literal": "path-mismatch",
  "the path in other letters in the context": "path-mismatch",
  "the escaped path in the context": "path-mismatch",
  "another method in the ARN": "path-mismatch",
  "a route that is not in the policy": "route-unknown",
  "the method in other letters": "route-unknown",
  "HEAD in place of the method": "route-unknown",
  "OPTIONS in place of the method": "route-unknown",
  "the resource in other letters": "route-unknown",
} as const;

const ORIGIN = "https://shop.example.com";
/** Values of the header `Origin`, most of them near misses. */
const ORIGINS: readonly (readonly string[])[] = [
  ...[[ORIGIN], [ORIGIN], [ORIGIN], [ORIGIN, ORIGIN], [ORIGIN, "https://evil.example.com"], ["null"], [""]],
  ...[`${ORIGIN}/`, `${ORIGIN}.evil.example`, `${ORIGIN}:443`, ORIGIN.slice(0, -1), ORIGIN.replace("shop", "Shop")].map(
    (origin) => [origin],
  ),
];
/** Host names by which an API is called. Undefined: the event has none. */
const HOSTS = [
  undefined,
  "",
  "abcdef123.execute-api.eu-west-1.amazonaws.com",
  HOST.toUpperCase(),
  `x.${HOST}`,
  `${HOST}.`,
];
/** Spellings of the name of the header `Authorization` that a REST API passes on. */
const SPELLINGS = ["Authorization", "authorization", "AUTHORIZATION"];
/** Headers with a token that must not count, in addition to the one that does. */
const DECOYS = ["X-Authorization", "Authorization-2", "Authorizatio", "Proxy-Authorization"];

export interface Drawn {
  readonly config: Data;
  readonly base: Data;
  readonly overlay: Data;
  readonly revoked: readonly string[];
  /** What the function's environment has: an apply that is not complete leaves some out. */
  readonly ids: DeployedIds;
  readonly requests: readonly DrawnRequest[];
}

export interface DrawnRequest {
  readonly method: string;
  readonly path: string;
  readonly address: string;
  /** Values of the header `Origin`. */
  readonly origins: readonly string[];
  readonly host: string | undefined;
  /** Names of the header with the token, and of one without effect. */
  readonly headers: readonly [name: string, decoy: string];
  /** How the event differs from what the stack declares. No such event may open anything. */
  readonly wiring?: keyof typeof WIRINGS | undefined;
  readonly presented: Presented;
}

export const IDS: DeployedIds = {
  pools: { people: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_People" },
  appClients: { web: "web1client", job: "job2client" },
  door: "shop-dev",
};

/** One environment that breaks no rule, with requests to it. */
export function drawEnvironment(seed: number, count: number): Drawn {
  const chance = new Chance(seed);
  for (let tries = 0; tries < MOST_DRAWS; tries += 1) {
    const config = drawConfig(chance);
    const { base, overlay } = splitConfig(chance, config);
    if (intentOf({ base, overlay }) === undefined) continue;
    const keys = routeKeys(config);
    const tokens = Array.from({ length: TOKENS }, () => drawToken(chance, config, IDS, NOW));
    const names = Object.entries<Data>(config.clients).map(([id, { issuer, subject }]) => `${issuer}/${subject ?? id}`);
    const requests = Array.from({ length: count }, () => ({
      ...drawTarget(chance, keys),
      address: chance.one(ADDRESSES),
      origins: chance.is(0.5) ? chance.one(ORIGINS) : [],
      host: chance.is(0.9) ? HOST : chance.one(HOSTS),
      headers: [chance.one(SPELLINGS), chance.one(DECOYS)] as const,
      ...(chance.is(0.06) && { wiring: chance.one(Object.keys(WIRINGS) as (keyof typeof WIRINGS)[]) }),
      presented: chance.one(tokens),
    }));
    const revoked = chance.is(0.4)
      ? chance.some(names, 0.3).map((name) => (chance.is(0.5) ? name : nearName(chance, name)))
      : [];
    const { web = "", job = "" } = IDS.appClients;
    const some: DeployedIds["appClients"] = chance.is(0.5) ? { web } : { job };
    const appClients = chance.is(0.08) ? some : IDS.appClients;
    // A user pool with the URL of another issuer disables both.
    const pools = chance.is(0.94)
      ? IDS.pools
      : chance.one<DeployedIds["pools"]>([{}, { people: "https://partner.example.com" }]);
    const ids = { ...IDS, appClients, pools };
    return { config, base, overlay, revoked, ids, requests };
  }
  throw new Error(`seed ${seed}: none of ${MOST_DRAWS} configs is valid; SHOW_PROBLEMS=1 prints why`);
}

/** Almost the name of a caller: it revokes no caller. */
function nearName(chance: Chance, name: string): string {
  const id = name.slice(name.indexOf("/") + 1);
  return chance.one([name.toUpperCase(), name.slice(0, -1), `${name}2`, ` ${name}`, id, `other/${id}`]);
}

/** Undefined if the config breaks a rule. */
export function intentOf({ base, overlay }: { readonly base: Data; readonly overlay: Data }): Intent | undefined {
  const options = {
    aliasDuplicateObjects: false,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "QUOTE_DOUBLE",
  } as const;
  const loaded = loadFiles({ "base.yaml": stringify(base, options), "dev.yaml": stringify(overlay, options) });
  if (!loaded.ok && process.env.SHOW_PROBLEMS) console.error(loaded.problems[0]);
  return loaded.ok ? loaded.intents[0] : undefined;
}

/** What the built function is given. A request that the gateway answers itself has no event. */
export interface Asked {
  readonly policy: AuthorizerPolicy;
  readonly variables: Readonly<Record<string, string>>;
  readonly documents: Readonly<Record<string, string>>;
  /** Of AWS STS, by access key id. */
  readonly answers: ReturnType<typeof principalsOf>;
  readonly events: readonly {
    readonly handler: "callers" | "public";
    readonly event: object;
    /** Whether the event differs from what the stack declares, so that it must not open anything. */
    readonly isFaulty: boolean;
  }[];
  /** Position in `events` for each request. Undefined if the gateway refuses it. */
  readonly positions: readonly (number | undefined)[];
}

export function askedOf({ base, overlay, revoked, ids, requests }: Drawn): Asked | undefined {
  const intent = intentOf({ base, overlay });
  if (intent === undefined) return undefined;
  const policy = JSON.parse(JSON.stringify(authorizerPolicy(intent))) as AuthorizerPolicy;
  const { kind } = intent.gateway;
  const takers = takersIn(keysOfOne(kind, Object.keys(policy.routes)));
  const events: Asked["events"][number][] = [];
  const tokens = new Map<Presented, string>();
  const positions = requests.map((request) => {
    const { method, path, presented } = request;
    const [key] = takers({ method, segments: path.slice(1).split("/") });
    if (key === undefined) return undefined;
    const isPublic = policy.routes[key]?.access === "public";
    if (presented.form === "none" && !isPublic) return undefined;
    const token = tokens.get(presented) ?? tokenOf(presented);
    tokens.set(presented, token);
    const authorization = authorizationOf(presented, token, kind);
    const event =
      kind === "rest" ? restEvent(key, request, authorization) : httpEvent(policy, key, request, authorization);
    const handler = (request.wiring === "another handler") === isPublic ? "callers" : "public";
    const sent = { ...event, ...rewired(policy, event, request, key) };
    const isFaulty = request.wiring === "another handler" || JSON.stringify(sent) !== JSON.stringify(event);
    events.push({ handler, event: sent, isFaulty });
    return events.length - 1;
  });
  const variables = variablesOf(policy, revoked, ids);
  return {
    policy,
    variables,
    documents: documentsOf(policy),
    answers: principalsOf([...tokens.keys()]),
    events,
    positions,
  };
}

const STAGE = { stageVariables: { policy: "3f7a9c1e" } };

/** The parts of an event that a fault of the gateway changes: none if the fault is not possible for this route. */
function rewired(policy: AuthorizerPolicy, event: Data, { wiring, path, address }: DrawnRequest, key: string): Data {
  const isHttp = event.version === "2.0";
  const without = (value: unknown) => ({
    identitySource: event.identitySource?.filter((each: unknown) => each !== value),
  });
  const context = (change: Data) => ({ requestContext: { ...event.requestContext, ...change } });
  const rerouted = (other: string): Data => {
    if (policy.routes[other] !== undefined) return {};
    const [httpMethod = "", resource] = other.split(" ");
    if (!isHttp) return { httpMethod, resource, methodArn: event.methodArn.replace(/\/[A-Z]+\//, `/${httpMethod}/`) };
    return {
      routeKey: other,
      identitySource: event.identitySource.map((each: string) => (each === key ? other : each)),
      ...context({ http: { ...event.requestContext.http, method: httpMethod } }),
    };
  };
  switch (wiring) {
    case "no policy among the sources":
      return without(STAGE.stageVariables.policy);
    case "no token among the sources":
      return without(event.headers?.authorization);
    case "no route among the sources":
      return without(key);
    case "no path among the sources":
      return without(path);
    case "no address among the sources":
      return without(address);
    case "one text of all sources":
      return isHttp ? { identitySource: event.identitySource.join() } : {};
    case "sources that only contain the values":
      return isHttp ? { identitySource: event.identitySource.map((each: unknown) => `${each}x`) } : {};
    case "an empty policy version":
      return { stageVariables: { policy: "" }, ...(isHttp && { identitySource: [...event.identitySource, ""] }) };
    case "an address that is none":
      if (!isHttp || !event.identitySource.includes(address)) return {};
      return {
        identitySource: [...event.identitySource, `${address},10.0.0.1`],
        ...context({ http: { ...event.requestContext.http, sourceIp: `${address},10.0.0.1` } }),
      };
    case "no sources":
      return isHttp ? { identitySource: undefined } : { stageVariables: {} };
    case "no stage":
      return { stageVariables: undefined };
    case "another path in the context":
      if (isHttp && !key.includes("}")) return {};
      return isHttp
        ? context({ http: { ...event.requestContext.http, path: `${path}x` } })
        : context({ path: "/live/x" });
    case "the path in other letters in the context":
    case "the escaped path in the context": {
      if (isHttp && !key.includes("}")) return {};
      const last = path.at(-1) ?? "";
      const escaped = `${path.slice(0, -1)}%${Buffer.from(last).toString("hex")}`;
      const other = wiring === "the escaped path in the context" ? escaped : path.toUpperCase();
      if (other === path || !/^\w$/.test(last)) return {};
      return isHttp
        ? context({ http: { ...event.requestContext.http, path: other } })
        : context({ path: `/live${other}` });
    }
    case "another method in the ARN":
      return isHttp ? {} : { methodArn: event.methodArn.replace(`/${event.httpMethod}/`, "/PURGE/") };
    case "another path in the ARN":
      return isHttp ? {} : { methodArn: `${event.methodArn}x` };
    case "a longer path":
    case "a shorter path":
    case "an empty variable":
    case "another literal": {
      const other = misfit(wiring, path, key);
      if (other === undefined) return {};
      if (!isHttp)
        return { path: other, methodArn: event.methodArn.replace(path, other), ...context({ path: `/live${other}` }) };
      const sources = event.identitySource.map((each: string) => (each === path ? other : each));
      return {
        rawPath: other,
        identitySource: sources,
        ...context({ http: { ...event.requestContext.http, path: other } }),
      };
    }
    case "a route that is not in the policy":
      return isHttp
        ? {
            routeKey: "GET /new",
            identitySource: event.identitySource.map((each: string) => (each === key ? "GET /new" : each)),
          }
        : { resource: "/new" };
    case "the method in other letters":
      return rerouted(key.replace(/^\S+/, (method) => method.toLowerCase()));
    case "HEAD in place of the method":
      return rerouted(key.replace(/^\S+/, "HEAD"));
    case "OPTIONS in place of the method":
      return rerouted(key.replace(/^\S+/, "OPTIONS"));
    case "the resource in other letters":
      return rerouted(key.replace(/\/.*/, (resource) => resource.toUpperCase()));
    default:
      return {};
  }
}

/** A path that does not fit the route. Undefined if every such path fits, or if the route has no variable. */
function misfit(wiring: keyof typeof WIRINGS, path: string, key: string): string | undefined {
  if (!key.includes("}")) return undefined;
  const pattern = key.split("/");
  const segments = path.split("/");
  if (wiring === "a longer path") return key.includes("+}") ? undefined : `${path}/more`;
  if (wiring === "another literal") return ["", "other", ...segments.slice(2)].join("/");
  const before = segments.slice(0, pattern.length - 1);
  if (wiring === "a shorter path") return before.join("/");
  return pattern.at(-1)?.startsWith("{") ? `${before.join("/")}/` : undefined;
}

/** The identity sources are those that the stack declares for the route's authorizer. */
function httpEvent(
  policy: AuthorizerPolicy,
  key: string,
  { method, path, address, host, headers: [, decoy] }: DrawnRequest,
  authorization: readonly string[],
): object {
  const decidedBy = {
    isPublic: policy.routes[key]?.access === "public",
    hasVariable: patternOfKey(key).hasVariable,
    byAddress: policy.allowedNetworks !== undefined,
  };
  const values: Record<string, readonly string[]> = {
    "$request.header.Authorization": authorization,
    "$context.routeKey": [key],
    "$context.path": [path],
    "$stageVariables.policy": [STAGE.stageVariables.policy],
    "$context.identity.sourceIp": [address],
  };
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/$default/${method}${path}`,
    identitySource: httpIdentitySources(decidedBy).flatMap((source) => values[source] ?? []),
    routeKey: key,
    rawPath: path,
    headers: Object.fromEntries([
      ...authorization.map((value) => ["authorization", value]),
      [decoy.toLowerCase(), "Bearer eyJ.e30.x"],
    ]),
    requestContext: { requestId: "x", domainName: host, http: { method, path, sourceIp: address } },
    ...STAGE,
  };
}

function restEvent(
  key: string,
  { method, path, origins, host, headers: [name, decoy] }: DrawnRequest,
  authorization: readonly string[],
): object {
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live/${method}${path}`,
    httpMethod: method,
    resource: key.slice(key.indexOf(" ") + 1),
    path,
    multiValueHeaders: {
      ...(authorization.length > 0 && { [name]: [...authorization] }),
      [decoy]: ["Bearer eyJ.e30.x"],
      ...(origins.length > 0 && { Origin: [...origins] }),
    },
    requestContext: { extendedRequestId: "x", domainName: host, path: `/live${path}` },
    ...STAGE,
  };
}

function documentsOf({ issuers }: AuthorizerPolicy): Record<string, string> {
  const keys = JSON.stringify({ keys: publishedKeys() });
  const pairs = issuers.flatMap((issuer): [string, string][] => {
    if (issuer.kind === "cognito") return [[`${IDS.pools[issuer.id]}/.well-known/jwks.json`, keys]];
    if (issuer.kind === "aws-iam") return [];
    const url = issuer.issuer;
    return [
      [`${url}/.well-known/openid-configuration`, JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` })],
      [`${url}/keys`, keys],
    ];
  });
  return Object.fromEntries(pairs);
}

/** The environment of the function, as Terraform sets it. */
function variablesOf(
  { federation, issuers }: AuthorizerPolicy,
  revoked: readonly string[],
  ids: DeployedIds,
): Record<string, string> {
  const own = issuers.flatMap((issuer): [string, string][] =>
    issuer.kind !== "cognito"
      ? []
      : [
          [issuer.issuerFrom, ids.pools[issuer.id] ?? ""],
          ...issuer.clients.map(({ id, clientIdFrom }): [string, string] => [clientIdFrom, ids.appClients[id] ?? ""]),
        ],
  );
  return {
    [federation.providerFrom]: "projects/1/locations/global/workloadIdentityPools/p/providers/p",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "x",
    ...(revoked.length > 0 && { REVOKED_CALLERS: JSON.stringify(revoked) }),
    ...Object.fromEntries(own),
  };
}
