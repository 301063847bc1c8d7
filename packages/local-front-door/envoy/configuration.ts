import type { PathClaim } from "../../../contract/route-access";
import { StackError } from "../terraform/document";

/**
 * The part of Envoy's bootstrap that the front door itself reads: the listeners, the accepted issuers and the known
 * callers. Decisions about them, and all other parts, are left to the real Envoy.
 */
export interface EnvoyConfiguration {
  readonly ports: { readonly ingress: number; readonly probe: number; readonly app: number };
  /** Path that the listener for the start-up probe answers. */
  readonly probePath: string;
  readonly issuers: readonly EnvoyIssuer[];
  /** By route key: the scopes that a token needs, in the form of `needsInText`, or `public`. */
  readonly access: ReadonlyMap<string, string>;
  /** Claims that some route compares with its path. */
  readonly compared: readonly PathClaim[];
}

export interface EnvoyIssuer {
  readonly id: string;
  readonly url: string;
  /** Empty if tokens are issued for a client, as by a user pool. */
  readonly audiences: readonly string[];
  readonly keysUrl: string;
  /** The claim that names the client. */
  readonly clientClaim: string;
  /** The claim with the token's scopes; undefined if only config grants them. */
  readonly scopeClaim?: string;
  readonly clients: readonly EnvoyClient[];
}

export interface EnvoyClient {
  /** `customers/web` */
  readonly name: string;
  /** Value of the issuer's client claim. */
  readonly claim: string;
  readonly scopes: readonly string[];
}

const JWT_FILTER = "envoy.filters.http.jwt_authn";
const CALLER_FILTER = "envoy.filters.http.lua";

/** @param text with its references resolved */
export function readEnvoyConfiguration(text: string, address: string): EnvoyConfiguration {
  const bootstrap = parsed(text, address);
  const { listeners = [], clusters = [] } = bootstrap.static_resources ?? {};
  const listener = (name: string) =>
    required(
      listeners.find((each) => each.name === name),
      `the listener ${name}`,
      address,
    );
  const [ingress, probe] = [listener("ingress"), listener("probe")];
  const app = clusters.find(({ name }) => name === "app")?.load_assignment?.endpoints?.[0]?.lb_endpoints?.[0]?.endpoint;
  const manager = managerOf(ingress);
  const [virtualHost] = manager?.route_config?.virtual_hosts ?? [];
  const providers = manager?.http_filters?.find(({ name }) => name === JWT_FILTER)?.typed_config?.providers ?? {};
  const callers = virtualHost?.typed_per_filter_config?.[CALLER_FILTER]?.filter_context ?? {};
  const probePath = managerOf(probe)?.route_config?.virtual_hosts?.[0]?.routes?.[0]?.match?.path;
  return {
    ports: {
      ingress: portOf(ingress, "the listener ingress", address),
      probe: portOf(probe, "the listener probe", address),
      app: portOf(app, "the cluster app", address),
    },
    probePath: required(probePath, "a path of the listener probe", address),
    issuers: Object.entries(providers).map(([id, provider]) => issuerOf(id, provider, callers)),
    access: new Map((virtualHost?.routes ?? []).flatMap((route) => accessOf(route))),
    compared: (virtualHost?.routes ?? []).flatMap(comparedBy),
  };
}

function issuerOf(id: string, provider: Provider, callers: Readonly<Record<string, Callers>>): EnvoyIssuer {
  const { issuer: url = "", audiences = [], remote_jwks } = provider;
  const { client = "sub", scope, clients = {} } = callers[url] ?? {};
  return {
    id,
    url,
    audiences,
    keysUrl: remote_jwks?.http_uri?.uri ?? "",
    clientClaim: client,
    ...(scope && { scopeClaim: scope }),
    clients: Object.entries(clients).map(([claim, { name, scopes = [] }]) => ({ name, claim, scopes })),
  };
}

function accessOf({ name, metadata }: Route): readonly (readonly [string, string])[] {
  const access = metadata?.filter_metadata?.front_door?.access;
  return name === undefined || access === undefined || !name.includes(" /") ? [] : [[name, access]];
}

function comparedBy({ metadata }: Route): readonly PathClaim[] {
  const segments = Object.values(metadata?.filter_metadata?.["own-path"]?.segments ?? {});
  return segments.map(({ claim, list }) => ({ claim: claim.join("."), ...(list && { list }) }));
}

function managerOf(listener: Listener): Manager | undefined {
  return listener.filter_chains?.[0]?.filters?.[0]?.typed_config;
}

function portOf(socket: Socket | undefined, what: string, address: string): number {
  return required(socket?.address?.socket_address?.port_value, `a port of ${what}`, address);
}

function required<T>(value: T | undefined, what: string, address: string): T {
  if (value === undefined) throw new StackError(address, `Envoy's configuration has no ${what}`);
  return value;
}

function parsed(text: string, address: string): Bootstrap {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // The original message would quote the text.
  }
  throw new StackError(
    address,
    "Envoy's configuration is not a JSON object, which this program needs to change addresses",
  );
}

/** The part of Envoy's configuration that is read here. Envoy itself refuses anything invalid. */
interface Bootstrap {
  readonly static_resources?: { readonly listeners?: readonly Listener[]; readonly clusters?: readonly Cluster[] };
}

interface Socket {
  readonly address?: { readonly socket_address?: { readonly port_value?: number } };
}

interface Listener extends Socket {
  readonly name?: string;
  readonly filter_chains?: readonly { readonly filters?: readonly { readonly typed_config?: Manager }[] }[];
}

interface Cluster {
  readonly name?: string;
  readonly load_assignment?: {
    readonly endpoints?: readonly { readonly lb_endpoints?: readonly { readonly endpoint?: Socket }[] }[];
  };
}

interface Manager {
  readonly http_filters?: readonly {
    readonly name?: string;
    readonly typed_config?: { readonly providers?: Readonly<Record<string, Provider>> };
  }[];
  readonly route_config?: { readonly virtual_hosts?: readonly VirtualHost[] };
}

interface VirtualHost {
  readonly routes?: readonly Route[];
  readonly typed_per_filter_config?: Readonly<
    Record<string, { readonly filter_context?: Readonly<Record<string, Callers>> }>
  >;
}

interface Route {
  readonly name?: string;
  readonly match?: { readonly path?: string };
  readonly metadata?: {
    readonly filter_metadata?: {
      readonly front_door?: { readonly access?: string };
      readonly "own-path"?: {
        readonly segments?: Readonly<Record<string, { readonly claim: readonly string[]; readonly list?: true }>>;
      };
    };
  };
}

interface Provider {
  readonly issuer?: string;
  readonly audiences?: readonly string[];
  readonly remote_jwks?: { readonly http_uri?: { readonly uri?: string } };
}

interface Callers {
  readonly client?: string;
  readonly scope?: string;
  readonly clients?: Readonly<Record<string, { readonly name: string; readonly scopes?: readonly string[] }>>;
}
