/** What one Envoy in front of one service's app enforces. The same policy that the authorizer decides by. */
export interface Sidecar {
  /** Google project, in the name of the trace that joins a log line to Cloud Run's request log. */
  readonly project: string;
  readonly ports: SidecarPorts;
  /** Longest answer of the app, in seconds: what API Gateway waits for as well. */
  readonly timeoutSeconds: number;
  readonly routes: readonly SidecarRoute[];
  readonly issuers: readonly SidecarIssuer[];
  /**
   * Tokens whose good signature is remembered until they expire, for each issuer. Unset: none, so that a withdrawn key is
   * worth nothing as soon as the keys are read again.
   */
  readonly rememberedTokens?: number;
}

/** All in one network of one instance, so no two alike. */
export interface SidecarPorts {
  /** Cloud Run's ingress port: the only one that callers reach. */
  readonly ingress: number;
  /** For the start-up probe. */
  readonly probe: number;
  /** The app's, on loopback. */
  readonly app: number;
}

export interface SidecarRoute {
  /** API Gateway route key: `GET /orders/{id}`. Never `ANY`. */
  readonly key: string;
  /** Scopes of which the caller needs one, or `public`: no token is looked at. */
  readonly access: "public" | { readonly scopes: readonly string[] };
}

export type SidecarIssuer = SidecarCognitoIssuer | SidecarTokenIssuer | SidecarSubjectsIssuer;

interface SidecarIssuerBase {
  readonly id: string;
  /** Exact `iss`. May be a Terraform reference. */
  readonly url: string;
  readonly keys: KeyLocation;
}

/** Where an issuer publishes its keys: `https://<host>:<port><path>`. Envoy does no discovery. */
export interface KeyLocation {
  /** Known at synthesis: it is the name that the certificate must bear. */
  readonly host: string;
  /** Default: 443, which the URL does not name. */
  readonly port?: number;
  /** May hold a Terraform reference. */
  readonly path: string;
}

/** A user pool: access tokens only, which carry no audience, of a listed client. */
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

/** An issuer whose own scopes count, within these scopes and from these clients. */
export interface SidecarTokenIssuer extends SidecarIssuerBase {
  readonly kind: "token";
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly scopeClaim: string;
  readonly clientClaim: string;
  readonly clients: readonly string[];
}

/** An issuer whose tokens only prove who calls: config alone gives scopes, to an exact `sub`. */
export interface SidecarSubjectsIssuer extends SidecarIssuerBase {
  readonly kind: "subjects";
  readonly audiences: readonly string[];
  readonly subjects: readonly { readonly subject: string; readonly scopes: readonly string[] }[];
}
