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

export type SidecarIssuer = SidecarCognitoIssuer | SidecarTokenIssuer | SidecarSubjectsIssuer;

interface SidecarIssuerBase {
  readonly id: string;
  /** Exact `iss`. May be a Terraform reference. */
  readonly url: string;
  readonly keys: KeyLocation;
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

/** A user pool. Accepts only access tokens, which have no audience, from a listed client. */
export interface SidecarCognitoIssuer extends SidecarIssuerBase {
  readonly kind: "cognito";
  readonly clients: readonly SidecarCognitoClient[];
}

export interface SidecarCognitoClient {
  readonly id: string;
  /** App client id. May be a Terraform reference. */
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** An issuer whose tokens grant scopes, limited to these scopes and these clients. */
export interface SidecarTokenIssuer extends SidecarIssuerBase {
  readonly kind: "token";
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly scopeClaim: string;
  readonly clientClaim: string;
  readonly clients: readonly string[];
}

/** An issuer whose tokens only identify the caller. Only config grants scopes, to an exact `sub`. */
export interface SidecarSubjectsIssuer extends SidecarIssuerBase {
  readonly kind: "subjects";
  readonly audiences: readonly string[];
  readonly subjects: readonly { readonly subject: string; readonly scopes: readonly string[] }[];
}
