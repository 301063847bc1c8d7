import { boundSegments, type RouteAccess } from "../route-access";
import { needsInText, needsOfText, type ScopeNeed } from "../scope-need";

/** Name of the file in `synthesized/<environment>/`. An environment without Envoy has none. */
export const ENVOY_POLICY_FILE = "envoy-policy.json";

/**
 * What each Envoy of one environment enforces, by the authorizer's policy. The synthesis compiles it to the
 * configurations in the stack. A review compiles it again and compares, so the file itself is never trusted. A text may
 * hold a Terraform reference to a user pool or an app client.
 */
export interface EnvoyPolicy {
  readonly version: 1;
  /** Image of Envoy, with its digest. */
  readonly image: string;
  /** Google project. It is part of the trace name that links a log line to Cloud Run's request log. */
  readonly project: string;
  /** Tolerated clock skew of an issuer for `exp` and `nbf`, in seconds. */
  readonly clockSkewSeconds: number;
  /** How long fetched keys count, in seconds: the delay until a new key is accepted and a withdrawn one is refused. */
  readonly keysSeconds: number;
  readonly issuers: readonly SidecarIssuer[];
  /** By name of the Cloud Run service. */
  readonly services: Readonly<Record<string, EnvoyService>>;
}

export interface EnvoyService {
  readonly ports: SidecarPorts;
  /** Response timeout of the app, in seconds. API Gateway waits as long. */
  readonly timeoutSeconds: number;
  /** By API Gateway route key: `GET /orders/{id}`. Never `ANY`. */
  readonly routes: Readonly<Record<string, RouteAccess>>;
  /** By route key: a token must name one of these among its audiences, in addition to its issuer's rules. Default: none. */
  readonly audiences?: Readonly<Record<string, string | readonly string[]>>;
}

/** What Envoy enforces in front of one service's app. */
export interface Sidecar
  extends Omit<EnvoyPolicy, "version" | "image" | "services">,
    Omit<EnvoyService, "routes" | "audiences"> {
  readonly routes: readonly SidecarRoute[];
}

/** All ports share the instance's network, so each must be different. */
export interface SidecarPorts {
  /** Cloud Run's ingress port, the only one that callers can reach. */
  readonly ingress: number;
  /** For the start-up probe. */
  readonly probe: number;
  /** The app's port, on loopback. */
  readonly app: number;
}

export interface SidecarRoute {
  readonly key: string;
  readonly access: RouteAccess;
  /** A token must name one of these among its audiences, in addition to its issuer's rules. */
  readonly audiences?: readonly string[];
}

/** An issuer and its callers, in one form for all kinds: the accepted claim values, and the scopes that each grants. */
export interface SidecarIssuer {
  /**
   * `cognito`: a user pool, of which only access tokens are accepted. `token`: its tokens grant scopes. `subjects`: its
   * tokens only identify the caller, and config grants scopes to an exact `sub`.
   */
  readonly kind: "cognito" | "subjects" | "token";
  readonly id: string;
  /** Exact `iss`. May be a Terraform reference. */
  readonly url: string;
  readonly keys: KeyLocation;
  /** Accepted values of `aud`. Unset only for a user pool, whose access tokens have none. */
  readonly audiences?: readonly string[];
  /** The claim that identifies the client. */
  readonly clientClaim: string;
  /** The claim that holds the token's scopes; undefined if only config grants scopes. */
  readonly scopeClaim?: string;
  /** Claims of its tokens that a route may compare with its path. */
  readonly pathClaims?: readonly string[];
  /** A client without scopes, such as a disabled one, is refused. */
  readonly clients: readonly SidecarClient[];
}

export interface SidecarClient {
  /** Value of `X-Caller-Client`: `<issuer id>/<client>`. */
  readonly name: string;
  /** Exact value of the claim. May be a Terraform reference. */
  readonly claim: string;
  readonly scopes: readonly string[];
}

/** Location of an issuer's signing keys: `https://<host>:<port><path>`. Envoy does no discovery. */
export interface KeyLocation {
  /** Must be known at synthesis, because the certificate must match this name. */
  readonly host: string;
  /** Default: 443, left out of the URL. */
  readonly port?: number;
  /** May hold a Terraform reference. */
  readonly path: string;
}

/** One service's part of a policy. Undefined if the policy has no such service. */
export function sidecarOf(policy: EnvoyPolicy, service: string): Sidecar | undefined {
  if (!Object.hasOwn(policy.services, service)) return undefined;
  const { routes, audiences = {}, ports, timeoutSeconds } = policy.services[service] as EnvoyService;
  const { project, clockSkewSeconds, keysSeconds, issuers } = policy;
  return {
    ...{ project, ports, timeoutSeconds, clockSkewSeconds, keysSeconds, issuers },
    routes: Object.entries(routes).map(([key, access]) => {
      return { key, access, ...(Object.hasOwn(audiences, key) && { audiences: [audiences[key] ?? []].flat() }) };
    }),
  };
}

/** The same sidecar in one order, whatever the order of the input, and without clients that Envoy refuses. */
export function inOrder(sidecar: Sidecar): Sidecar {
  const by = (one: string, other: string) => (one < other ? -1 : 1);
  return {
    ...sidecar,
    issuers: sidecar.issuers.map(withSortedClients).sort((one, other) => by(one.id, other.id)),
    routes: [...sidecar.routes].sort((one, other) => by(one.key, other.key)),
  };
}

function withSortedClients({ clients, ...issuer }: SidecarIssuer): SidecarIssuer {
  // Clients without scopes are left out, so Envoy refuses them.
  const granted = clients.filter(({ scopes }) => scopes.length > 0);
  return {
    ...issuer,
    clients: granted
      .map((client) => ({ ...client, scopes: [...client.scopes].sort() }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/**
 * A route's required access, as in its metadata and the rules: `public`, or its sorted needs and, each after two spaces, the
 * segments that must be the caller's own, and the token's audiences:
 * `orders/read  2=tenant_id 4=list:teams  audience=https://api.shop.example/mcp`. No need is empty, so no needs contain two
 * spaces.
 */
export function accessOf({ key, access, audiences }: SidecarRoute): string {
  if (access === "public") return "public";
  const { scopes, where, ...rest } = access;
  // Does not compile where a route's access has a key that Envoy does not enforce.
  rest satisfies Readonly<Record<string, never>>;
  const bound = boundSegments(key, where)
    .map(({ segment, claim, list }) => `${segment}=${list ? "list:" : ""}${claim}`)
    .sort();
  const also = [bound.join(" "), audiences === undefined ? "" : `audience=${audiences.join(" ")}`].filter(Boolean);
  return [needsInText(scopes), ...also].join("  ");
}

/** The needs in a text by `accessOf`; undefined for a public route. */
export function needsOfAccess(text: string): readonly ScopeNeed[] | undefined {
  const [needs = ""] = text.split("  ");
  return text === "public" ? undefined : needsOfText(needs);
}
