/** What one Envoy in front of one service's app lets through, as its configuration in the stack says it. */
export interface Sidecar {
  readonly image: string;
  /** In the order in which Envoy asks them. */
  readonly routes: readonly SidecarRoute[];
  readonly issuers: readonly SidecarIssuer[];
  /** What could be read as another route's call, a text for each pair of routes: more of them is broader. */
  readonly readings: readonly string[];
  /** Policies of the rules that count for no route: more of them is broader. */
  readonly idle: readonly string[];
  /** What is refused whatever the route. */
  readonly refusals: readonly string[];
  /** Hash of everything else that the configuration and the container say. */
  readonly rest: string;
}

export interface SidecarRoute {
  /** Route key: `GET /orders/{id}`. */
  readonly key: string;
  /** Whether no token is asked for. */
  readonly isPublic: boolean;
  /** Empty: no caller. */
  readonly admissions: readonly Admission[];
}

/** Callers whom the rules let pass on one route. */
export interface Admission {
  /** `iss` of their tokens; undefined for any caller. */
  readonly issuer?: string;
  /** Exact value of the claim that names the client; undefined for any client. */
  readonly client?: string;
  /** Scopes of which the token needs one; undefined where it needs none. */
  readonly scopes?: readonly string[];
  /** Which claim has these scopes. */
  readonly scopeClaim: string;
  /** Whatever else must hold on this route alone. */
  readonly conditions: readonly string[];
}

export interface SidecarIssuer {
  readonly id: string;
  /** Exact `iss`. May be a Terraform reference. */
  readonly url: string;
  /** Empty where none is asked for. */
  readonly audiences: readonly string[];
  /** Where its keys are fetched. */
  readonly keys: string;
  readonly seconds: { readonly keysKept: number; readonly clockSkew: number };
  readonly rememberedTokens: number;
  /** Clients that may call at all, by the claim's exact value; undefined for any. */
  readonly clients: readonly SidecarClient[] | undefined;
  /** Whatever else a token of it must be. */
  readonly conditions: readonly string[];
  /** Hash of the rest of what its tokens and keys are checked by. */
  readonly rest: string;
}

export interface SidecarClient {
  /** Name of the claim. */
  readonly claim: string;
  readonly value: string;
  /** As the app gets it; undefined where the configuration has no name for it. */
  readonly name: string | undefined;
  /** Those that the app gets as granted; they open no route. */
  readonly scopes: readonly string[];
}

/** A configuration that cannot be read as rules of who passes. */
export interface UnreadSidecar {
  readonly image: string;
  /** What is not understood. */
  readonly fault: string;
}
