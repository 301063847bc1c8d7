import { namedAs } from "../model/names";
import type { ClientConfig, Config, IssuerConfig, RouteConfig, ServiceConfig } from "../schema/config";
import type { Report, Verdict } from "../source/finding";
import { type Located, nodeAt, type Path } from "../source/located";

/** One environment's config. It fits the schema, and no rule has checked it yet. Ids are sorted. */
export interface Draft extends Omit<Config, "issuers" | "services" | "clients"> {
  readonly environment: string;
  readonly issuers: ReadonlyMap<string, IssuerConfig>;
  readonly services: ReadonlyMap<string, ServiceDraft>;
  readonly clients: ReadonlyMap<string, ClientConfig>;
  /** Whether the config sets a value at a path. A default does not count. */
  readonly isWritten: (path: Path) => boolean;
}

export interface ServiceDraft extends Omit<ServiceConfig, "routes"> {
  readonly routes: ReadonlyMap<string, RouteConfig>;
}

/** @param root base and overlay merged, without defaults */
export function draftOf(environment: string, config: Config, root: Located): Draft {
  const services = [...byId(config.services)].map(([id, service]): [string, ServiceDraft] => [
    id,
    { ...service, routes: byId(service.routes) },
  ]);
  return {
    ...config,
    environment,
    issuers: byId(config.issuers),
    services: new Map(services),
    clients: byId(config.clients),
    isWritten: (path) => nodeAt(root, path) !== undefined,
  };
}

function byId<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every client whose secret is rotated, with the id that its names are derived from. */
export function rotatedClients({ clients }: Draft): readonly { id: string; named: string }[] {
  return [...clients].flatMap(([id, client]) =>
    client.grant === "client_credentials" && client.rotateEveryDays !== undefined
      ? [{ id, named: namedAs(id, client) }]
      : [],
  );
}

/** A guarantee about one environment. It reports each violation at the value that must change. */
export type Rule = (draft: Draft, report: Report) => void;

/** Receives a verdict on one of several environments. */
export type CrossReport = (environment: string, path: Path, verdict: Verdict) => void;

/** A guarantee across all environments, such as a name that only one of them may use. */
export type CrossRule = (drafts: readonly Draft[], report: CrossReport) => void;
