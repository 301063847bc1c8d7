import { namedAs, prefix } from "../model/names";
import type { BootstrapConfig } from "../schema/bootstrap";
import type {
  ClientConfig,
  Config,
  EnvironmentConfig,
  IssuerConfig,
  RouteConfig,
  ServiceConfig,
} from "../schema/config";
import type { Unrouted } from "../schema/openapi/left-out";
import { PUBLIC_ROUTE } from "../schema/services";
import type { Report, Verdict } from "../source/finding";
import { type LocatedMap, nodeAt, type Path } from "../source/located";
import { without } from "../source/values";

/** One environment's config. It fits the schema, and no rule has checked it yet. Ids are sorted. */
export interface Draft extends Omit<Config, "issuers" | "services" | "clients"> {
  readonly environment: string;
  /** Start of every resource name: `storefront-dev`. */
  readonly prefix: string;
  readonly issuers: ReadonlyMap<string, IssuerConfig>;
  readonly services: ReadonlyMap<string, ServiceDraft>;
  readonly clients: ReadonlyMap<string, ClientConfig>;
  /** Every route of every service, as written. */
  readonly routes: readonly WrittenRoute[];
  /** Operations of OpenAPI documents that have no route. */
  readonly unrouted: readonly Unrouted[];
  /** Base and overlay merged, without defaults. */
  readonly root: LocatedMap;
  /** Whether the config sets a value at a path. A default does not count. */
  readonly isWritten: (path: Path) => boolean;
  /** The environment's bootstrap. Undefined: it has none, so no pipeline deploys it. */
  readonly bootstrap?: Bootstrapped;
}

/** What the bootstrap of an environment decides for its stack. */
export type Bootstrapped = Pick<BootstrapConfig["environments"][string], "boundary" | "generation">;

export interface ServiceDraft extends Omit<ServiceConfig, "routes"> {
  readonly routes: ReadonlyMap<string, RouteConfig>;
}

export interface WrittenRoute {
  readonly service: string;
  readonly key: string;
  readonly config: RouteConfig;
  /** Place in the config. */
  readonly path: Path;
}

export function draftOf(
  { name: environment, root, config, unrouted }: EnvironmentConfig,
  bootstrap?: Bootstrapped,
): Draft {
  const services = new Map(
    byId(config.services).map(([id, service]): [string, ServiceDraft] => {
      const routes = byId(service.routes).map(
        ([key, route]) => [key, route === "public" ? PUBLIC_ROUTE : route] as const,
      );
      return [id, { ...service, routes: new Map(routes) }];
    }),
  );
  return {
    ...config,
    environment,
    prefix: prefix(config.name, environment),
    issuers: new Map(byId(config.issuers)),
    services,
    clients: new Map(byId(config.clients).map(([id, client]) => [id, sharedClient(client)])),
    routes: [...services].flatMap(([service, { routes }]) =>
      [...routes].map(([key, config]) => ({ service, key, config, path: ["services", service, "routes", key] })),
    ),
    unrouted,
    root,
    isWritten: (path) => nodeAt(root, path) !== undefined,
    ...(bootstrap && { bootstrap }),
  };
}

/** A twin has no secret of its primary's client, so no role reads one here, and nothing rotates it. */
function sharedClient(client: ClientConfig): ClientConfig {
  if (client.grant !== "client_credentials" || client.appClientId === undefined) return client;
  return without(client, "readers", "rotateEveryDays");
}

/** Sorted by code unit. A locale could sort differently on another machine. */
export function byId<T>(entries: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether two environments are one front door in two pairs of regions. */
export function areTwins(one: Draft, other: Draft): boolean {
  const primaryOf = ({ environment, twinOf = environment }: Draft) => twinOf;
  return one !== other && primaryOf(one) === primaryOf(other);
}

type Of<T, K extends keyof T, V> = Extract<T, Readonly<Record<K, V>>>;

export function issuersOf<K extends IssuerConfig["kind"]>({ issuers }: Pick<Draft, "issuers">, kind: K) {
  return [...issuers].filter((entry): entry is [string, Of<IssuerConfig, "kind", K>] => entry[1].kind === kind);
}

/** Issuers whose tokens hold the scopes of their callers. */
export function tokenIssuers(draft: Pick<Draft, "issuers">) {
  return issuersOf(draft, "oidc").flatMap(([id, issuer]) => (issuer.grants === "token" ? [[id, issuer] as const] : []));
}

/** Where scopes are read from: `scopeClaim` of each of these issuers, and of each of their clients that has its own. */
export function scopeReaders(draft: Pick<Draft, "issuers" | "clients">) {
  const issuers = tokenIssuers(draft).map(([id, issuer]) => ({ id, path: ["issuers", id], issuer }));
  const clients = clientsOf(draft, "external").flatMap(([client, { issuer: id, scopeClaim }]) =>
    issuers.flatMap(({ issuer, ...of }) =>
      of.id === id && scopeClaim !== undefined
        ? [{ id, path: ["clients", client], issuer: { ...issuer, scopeClaim } }]
        : [],
    ),
  );
  return [...issuers, ...clients];
}

export function clientsOf<G extends ClientConfig["grant"]>({ clients }: Pick<Draft, "clients">, grant: G) {
  return [...clients].filter((entry): entry is [string, Of<ClientConfig, "grant", G>] => entry[1].grant === grant);
}

/** Every client whose secret is rotated, with the id that its names are derived from. */
export function rotatedClients(draft: Draft): readonly { id: string; named: string }[] {
  const rotated = clientsOf(draft, "client_credentials").filter(([, client]) => client.rotateEveryDays !== undefined);
  return rotated.map(([id, client]) => ({ id, named: namedAs(id, client) }));
}

/** A guarantee about one environment. It reports each violation at the value that must change. */
export type Rule = (draft: Draft, report: Report) => void;

/** Receives a verdict on one of several environments. */
export type CrossReport = (environment: string, path: Path, verdict: Verdict) => void;

/** A guarantee across all environments, such as a name that only one of them may use. */
export type CrossRule = (drafts: readonly Draft[], report: CrossReport) => void;
