import type { ScopeNeed } from "../../../contract/scope-need";

/** What Envoy enforces in front of one service's app: the same policy as the authorizer's. */
export interface Sidecar {
  /** Google project. It is part of the trace name that links a log line to Cloud Run's request log. */
  readonly project: string;
  readonly ports: SidecarPorts;
  /** Response timeout of the app, in seconds. API Gateway waits as long. */
  readonly timeoutSeconds: number;
  readonly routes: readonly SidecarRoute[];
  readonly issuers: readonly SidecarIssuer[];
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
  /** API Gateway route key: `GET /orders/{id}`. Never `ANY`. */
  readonly key: string;
  /** Needs of which the caller must meet one, or `public`: tokens are not checked. */
  readonly access: "public" | { readonly scopes: readonly ScopeNeed[] };
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
