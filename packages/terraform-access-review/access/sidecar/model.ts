import type { ScopeNeed } from "../../../../contract/scope-need";

/** The requests that one Envoy in front of one service's app permits, by its configuration in the stack. */
export interface Sidecar {
  readonly image: string;
  /** In the order in which Envoy matches them. */
  readonly routes: readonly SidecarRoute[];
  readonly issuers: readonly SidecarIssuer[];
  /** Paths that could be read as another route's, one text per pair of routes: more of them is broader. */
  readonly readings: readonly string[];
  /** Policies of the rules that apply to no route: more of them is broader. */
  readonly idle: readonly string[];
  /** Requests that are refused on every route. */
  readonly refusals: readonly string[];
  /** Hash of everything else in the configuration and the container. */
  readonly rest: string;
}

export interface SidecarRoute {
  /** Route key: `GET /orders/{id}`. */
  readonly key: string;
  /** Whether no token is required. */
  readonly isPublic: boolean;
  /** Empty: no caller. */
  readonly admissions: readonly Admission[];
}

/** Callers that the rules permit on one route. */
export interface Admission {
  /** `iss` of their tokens; undefined for any caller. */
  readonly issuer?: string;
  /** Exact value of the claim that names the client; undefined for any client. */
  readonly client?: string;
  /** Needs of which the token must meet one; undefined if it needs no scope. */
  readonly scopes?: readonly ScopeNeed[];
  /** The claim that contains these scopes. */
  readonly scopeClaim: string;
  /** Other conditions that apply only to this route. */
  readonly conditions: readonly string[];
}

export interface SidecarIssuer {
  readonly id: string;
  /** Exact `iss`. May be a Terraform reference. */
  readonly url: string;
  /** Empty if none is required. */
  readonly audiences: readonly string[];
  /** The URL of its keys. */
  readonly keys: string;
  readonly seconds: { readonly keysKept: number; readonly clockSkew: number };
  readonly rememberedTokens: number;
  /** Clients that may call any route, by the claim's exact value; undefined for all clients. */
  readonly clients: readonly SidecarClient[] | undefined;
  /** Other conditions for its tokens. */
  readonly conditions: readonly string[];
  /** Hash of all other checks of its tokens and keys. */
  readonly rest: string;
}

export interface SidecarClient {
  /** Name of the claim. */
  readonly claim: string;
  readonly value: string;
  /** As in the header that the app gets; undefined if the configuration has no name for it. */
  readonly name: string | undefined;
  /** Scopes that the app gets as granted; they open no route. */
  readonly scopes: readonly string[];
}

/** A configuration that cannot be read as rules about callers. */
export interface UnreadSidecar {
  readonly image: string;
  /** The part that is not understood. */
  readonly fault: string;
}
