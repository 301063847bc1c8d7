import { type Located, nodeAt, type Path, plain } from "./located";
import {
  type ClientConfig,
  type Config,
  configSchema,
  type IssuerConfig,
  type RouteConfig,
  type ServiceConfig,
} from "./schema";
import { type Reading, readParts, type Sound } from "./sound";

export type IssuerDraft = Sound<IssuerConfig>;
export type ClientDraft = Sound<ClientConfig>;
export type RouteDraft = Sound<RouteConfig>;

/**
 * One environment's config as far as it is valid. What is undefined and not absent failed the schema and has its problem
 * already: a rule that needs it keeps silent. So one run reports what both the schema and the rules have to say.
 */
export interface Draft extends Omit<Sound<Config>, "aws" | "google" | "gateway" | "issuers" | "services" | "clients"> {
  readonly environment: string;
  /** Whether nothing is written at a path, valid or not, nor anything that may be meant for it: an unknown key beside. */
  readonly isAbsent: (path: Path) => boolean;
  /** Whether something stands there, or is probably meant for it, that failed the schema. */
  readonly isUnread: (path: Path) => boolean;
  /** Whether something is written at a path, valid or not, misspelt or not. */
  readonly isThere: (path: Path) => boolean;
  readonly aws: Sound<Config["aws"]>;
  readonly google: Sound<Config["google"]>;
  readonly gateway: Sound<Config["gateway"]>;
  readonly issuers: ReadonlyMap<string, IssuerDraft | undefined>;
  readonly services: ReadonlyMap<string, ServiceDraft>;
  readonly clients: ReadonlyMap<string, ClientDraft | undefined>;
}

export interface ServiceDraft extends Omit<Sound<ServiceConfig>, "routes"> {
  readonly routes: ReadonlyMap<string, RouteDraft | undefined>;
}

/** What rules see of a config; of one that could not be merged, nothing. */
export function draftOf(environment: string, root?: Located, reading: Reading<Config> = readingOf(root)): Draft {
  const { value = {}, isUnread, isOdd } = reading;
  const { aws = {}, google = {}, gateway = {}, issuers, services, clients, ...rest } = value;
  return {
    ...rest,
    environment,
    isUnread,
    isThere: (path) => isUnread(path) || (root !== undefined && nodeAt(root, path) !== undefined),
    isAbsent: (path) => !isUnread(path) && isUnwritten(root, path, isOdd),
    aws,
    google,
    gateway,
    issuers: byId(issuers),
    services: new Map([...byId(services)].map(([id, service]) => [id, { ...service, routes: byId(service?.routes) }])),
    clients: byId(clients),
  };
}

function isUnwritten(root: Located | undefined, path: Path, isOdd: (map: Path) => boolean): boolean {
  const missing = root && path.findIndex((_, index) => nodeAt(root, path.slice(0, index + 1)) === undefined);
  return missing === undefined || (missing >= 0 && !isOdd(path.slice(0, missing)));
}

/** The merged config, read in parts. */
export function readingOf(root: Located | undefined): Reading<Config> {
  return readParts(configSchema, root && plain(root));
}

function byId<T>(entries: Readonly<Record<string, T>> | undefined): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
