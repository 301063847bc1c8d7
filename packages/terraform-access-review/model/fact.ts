import type { SidecarIssuer } from "../../../contract/envoy/policy";
import type { BoundSegment } from "../../../contract/route-access";
import { type ScopeNeed, scopesOfNeed } from "../../../contract/scope-need";
import { canonical } from "../terraform-json/order";

/**
 * What a row of the ledger states, as data: each kind of fact with its values. Decisions compare facts; `render/` has the
 * words for each kind.
 */
export type Fact<Kind extends keyof Facts = keyof Facts> = {
  readonly [Each in Kind]: { readonly kind: Each } & Readonly<Facts[Each]>;
}[Kind];

interface Facts extends Names, Principals, Actions, Objects, Conditions {}

type Nothing = Record<never, never>;

/** Things that a stack names. */
interface Names {
  /** A resource of the stack by its own name. Without one, `type` is empty and `name` is its address. */
  /** The address is set if the stack has another resource of this type and name, in another account, project or region. */
  resource: { readonly type: string; readonly name: string; readonly address?: string };
  /** A text of the stack, in which the references to resources are facts. */
  text: { readonly parts: readonly (string | Fact<"resource">)[] };
  /** A text that the project's own `main.ts` gives for a row. It decides nothing. */
  stated: { readonly text: string };
}

/** A text of the stack, or the resource that it refers to. */
export type Named = Fact<"resource" | "text">;

interface Principals {
  anyone: Nothing;
  /** A route that refuses every caller. Such a row opens nothing. */
  "no-caller": Nothing;
  /** Something may be granted, but neither the grant nor the principal is known. */
  "not-read": Nothing;
  /** `<issuer>/<client>`, or `<issuer>/<exact subject>`. */
  caller: { readonly name: string };
  "every-caller": Nothing;
  issuer: { readonly id: string };
  /** Holders of a token that the gateway's own JWT authorizer accepts. Without an issuer or an audience: any. */
  "jwt-holders": { readonly issuer?: Named; readonly audiences: readonly Named[] };
  /** Principals with a permission of either cloud: `execute-api:Invoke`, `roles/run.invoker`. */
  permitted: { readonly permission: string };
  /** The deciding functions. */
  authorizer: Nothing;
  "account-administrators": Nothing;
  "app-client": { readonly name: string };
  "provider-users": { readonly name: string; readonly type: string };
  /** Pages of an origin: `*` for any, or a value of the request that the gateway returns. */
  pages: { readonly of: "origin" | "request-value" | "unknown-template"; readonly origin: string };
  /** An API key that the policy assigns to no caller. */
  "api-key": { readonly name: string };
  "api-gateway": Nothing;
  /** `*` in a policy. */
  "any-principal": Nothing;
  /** `NotPrincipal`, as JSON. */
  "any-principal-except": { readonly principals: string };
  /** An identity policy that does not name its principals. */
  "policy-holders": Nothing;
  "key-holder": { readonly address: string };
  "aws-account": { readonly id: string };
  /** Tokens of an OIDC provider, in a workload identity pool. */
  "issued-tokens": { readonly issuer: string };
  /** Callers of a service whose invoker check is off: with a token that Envoy verifies. */
  "token-holders": Nothing;
  "tokenless-callers": Nothing;
  /** `allUsers`, `allAuthenticatedUsers`. */
  "google-public": { readonly member: string };
  /** An identity through a workload identity pool. */
  federated: { readonly identity: string; readonly pool: Named };
}

interface Actions {
  /** A call of a route: `GET /orders/{id}`. */
  /** `mcp`: the service that is a server of the Model Context Protocol, if the route is its. */
  call: { readonly key: string; readonly mcp?: string };
  "any-call": Nothing;
  /** Every call with a method that RFC 9110 does not call safe. */
  "writing-call": Nothing;
  /** Actions of an AWS statement; `not`: all others; `trust`: of a role's trust policy. */
  "aws-actions": { readonly actions: readonly string[]; readonly not: boolean; readonly trust?: true };
  /** All actions of an AWS managed policy. */
  "aws-policy": { readonly arn: string };
  /** A Google role, or the permissions of a role of this stack. */
  "google-role": { readonly role?: string; readonly permissions?: readonly string[] };
  /** Changes the code and the settings of a Cloud Run service, but not who may call it, by this role. */
  release: { readonly role: string };
  /** Code has the permissions of its account or role. */
  "run-as": Nothing;
  "function-url": Nothing;
  "create-users": Nothing;
  "get-tokens": { readonly secret: boolean; readonly flows: readonly string[] };
  "issue-scopes": Nothing;
  /** An issuer whose tokens are accepted. */
  "issue-tokens": Nothing;
  "sign-in": Nothing;
  /** A function that a user pool calls. */
  "user-pool-trigger": { readonly trigger: string };
  "read-logs": Nothing;
  "copy-logs": Nothing;
  /** Denied to a sink that is disabled. */
  "log-copying": Nothing;
  "write-gateway-logs": Nothing;
  "cross-origin": Nothing;
  "read-errors": Nothing;
  /** A value that the gateway's own answers quote. */
  "read-value": { readonly name: string };
  /** A document that the gateway itself publishes. */
  "read-document": { readonly path: string };
  /** What a refusal of this type sends a client to. */
  "get-challenge": { readonly type: string };
  "send-requests": Nothing;
  "usage-limit": Nothing;
  /** Gets ID tokens for the routes of a service. */
  "get-id-tokens": { readonly service: string };
  /** Calls a Cloud Run service itself. */
  invoke: Nothing;
  /** Calls a service at its own address, where the gateway does not apply. */
  "call-past": Nothing;
  "app-requests": Nothing;
  federate: { readonly by: "aws" | "oidc" };
  impersonate: Nothing;
  "unknown-grants": Nothing;
}

interface Objects {
  /** A service that a REST API asks for another path, or with another method. */
  "called-service": { readonly name: string; readonly path?: string; readonly method?: string };
  /** An address that is no service of the stack. */
  "called-address": { readonly uri: string };
  /** A method of a REST API without an integration, or with one of several. */
  integrations: { readonly count: number };
  integration: { readonly type: string; readonly uri?: Named };
  "jwt-authorizer": { readonly name: string };
  "resource-server": { readonly id: string };
  "missing-api": { readonly isRest: boolean };
  stage: { readonly name: string; readonly api: Fact<"resource" | "missing-api"> };
  "scoped-routes": Nothing;
  aws: Nothing;
  "default-account": Nothing;
  "pool-provider": { readonly pool: Named; readonly id: string };
  "function-version": { readonly parts: readonly Named[] };
  /** How an auditor reaches logs: by a role or a log view. */
  "log-access": { readonly cloud: "aws" | "google"; readonly by: Named };
  /** Arguments that state the target of a grant. */
  arguments: { readonly entries: readonly (readonly [name: string, value: Named])[] };
  /** The Envoy in front of a service's app. */
  envoy: { readonly service: Named };
  /** `NotResource`. */
  "all-except": { readonly names: readonly Named[] };
}

interface Conditions {
  /** The function that decides on a route, and how long API Gateway caches its result. */
  decision: { readonly by: string; readonly seconds?: number; readonly cacheKey: readonly string[] };
  "decided-by": { readonly name: string; readonly isJwt?: true };
  "cache-key": { readonly part: string };
  "jwt-decides": { readonly authorizer: string };
  "no-authorizer": { readonly why: Fact<"other-authorization" | "other-type" | "other-api" | "unknown-function"> };
  "other-authorization": { readonly authorization: string };
  "other-type": { readonly type: string };
  "other-api": Nothing;
  "unknown-function": { readonly uri: string; readonly why: "version" | "alias" | "foreign" };
  "aws-signature": Nothing;
  /** Alternatives, of which a token needs one. No need: any scope. */
  needs: { readonly needs: readonly ScopeNeed[] };
  /** One alternative: all of these scopes; `claim`: in this claim of the token. */
  need: { readonly scopes: readonly string[]; readonly claim?: string; readonly at?: "gateway" };
  "any-scope": { readonly at?: "gateway" };
  /** A part of the path that must be the text of a claim of the caller's token. Positions start at 1. */
  "own-path": { readonly segment: number; readonly claim: string; readonly list: boolean };
  "no-caller-has": { readonly needs: readonly ScopeNeed[] };
  "unique-id": { readonly id: string };
  networks: { readonly cidrs: readonly string[] };
  /** The caller's token must name one of these among its audiences. */
  "token-audience": { readonly audiences: readonly string[] };
  /** An origin whose pages may call. */
  "page-origin": { readonly origin: string };
  /** Value of `WWW-Authenticate`. */
  challenge: { readonly text: string };
  "document-text": { readonly name: string; readonly text: string };
  /** The audience of the token that a function gets, if the service requires another; undefined for no token. */
  "other-audience": { readonly audience?: string };
  "not-in-policy": Nothing;
  /** Envoy lets anyone call; `authorization`: what the gateway asks for, if it has the route. */
  "no-token": { readonly authorization?: string };
  "envoy-admits-none": Nothing;
  "envoy-verified": Nothing;
  "no-readable-check": { readonly authorization: string };
  "no-envoy-route": { readonly authorization: string };
  "past-gateway-alone": { readonly authorizer?: string; readonly refusals: readonly Fact<"gateway-refusal">[] };
  "gateway-refusal": { readonly why: "issuer" | "audience" | "needs" | "scope"; readonly needs: readonly ScopeNeed[] };
  "envoy-alone": { readonly authorization: string };
  "any-gateway-caller": Nothing;
  "both-decide": { readonly authorizer: string };
  /** Scopes that only the gateway accepts; none: any scope. */
  "gateway-accepts-more": { readonly scopes: readonly string[] };
  "no-envoy": Nothing;
  "envoy-not-read": Nothing;
  /** Why no policy states what an Envoy enforces. The digest identifies the Envoy. */
  "envoy-unread": { readonly fault: string; readonly digest: string };
  /** The digest is that of all that the policy states for the service. */
  "envoy-checks": {
    readonly image: string;
    readonly routes: number;
    readonly open: number;
    readonly digest: string;
  };
  "no-gateway-limits": Nothing;
  "envoy-pass": {
    readonly key: string;
    /** Undefined: anyone passes. */
    readonly issuer?: string;
    readonly client?: string;
    /** Undefined: any scope. */
    readonly need?: Fact<"need">;
    /** What it needs in addition. */
    readonly also?: readonly Fact<"own-path" | "token-audience">[];
  };
  "envoy-image": { readonly image: string };
  "envoy-accepts": { readonly issuers: readonly string[] };
  "envoy-issuer-term": { readonly issuer: string; readonly term: Fact };
  "envoy-keys": { readonly from: Named; readonly keptSeconds: number; readonly skewSeconds: number };
  /** Which tokens of an issuer count; without a claim of scopes, the policy grants them. */
  "envoy-tokens": { readonly of: SidecarIssuer["kind"]; readonly scopeClaim?: string };
  "envoy-token-kind": { readonly of: SidecarIssuer["kind"] };
  /** A client as Envoy recognizes it, the name that it gives the client, and the client's scopes. */
  "envoy-client": {
    readonly name: string;
    readonly claim: string;
    readonly value: Named;
    readonly scopes?: readonly string[];
  };
  "envoy-client-scope": { readonly name: string; readonly scope: string; readonly scopeClaim?: string };
  "issuer-keys": { readonly url: string; readonly keys: string };
  /** Tells two settings apart that have no name. */
  "settings-digest": { readonly digest: string };
  "envoy-verifies": Nothing;
  "envoy-token": Nothing;
  /** Envoy refuses a caller that the authorizer lets pass; without needs: always. */
  "envoy-refuses": { readonly needs: readonly ScopeNeed[] };
  "not-by-envoy": { readonly need: ScopeNeed };
  "unreadable-rules": Nothing;
  "token-withheld": Nothing;
  "withheld-token": Nothing;
  "headers-forgeable": { readonly names: readonly string[] };
  "request-parameter": { readonly name: string; readonly value: string };
  "certificate-ignored": Nothing;
  "integration-credentials": { readonly credentials: string };
  "integration-connection": { readonly type: string };
  "minting-role": { readonly role: Named };
  audience: { readonly audience: Named };
  "any-audience": Nothing;
  /** A service accepts its `run.app` URL as well. */
  audiences: { readonly names: readonly string[] };
  ingress: { readonly ingress: string };
  "no-internet-ingress": Nothing;
  "no-load-balancer-ingress": Nothing;
  /** Each plan checks that an existing service is private, and fails if it is not. */
  "checked-by-plan": Nothing;
  "not-checked": Nothing;
  /** The owner of an existing service decides the rest. */
  "of-its-owner": { readonly project: string };
  "read-only-agents": Nothing;
  "revoked-in": { readonly function: string };
  "self-registration": { readonly isOn: boolean };
  scopes: { readonly scopes: readonly string[] };
  "client-scope": { readonly scope: string };
  "auth-flows": { readonly flows: readonly string[] };
  "auth-flow": { readonly flow: string };
  urls: { readonly of: "callback" | "logout"; readonly urls: readonly string[] };
  url: { readonly of: "callback" | "logout"; readonly url: string };
  "identity-providers": { readonly names: readonly Named[] };
  "identity-provider": { readonly name: string };
  "issued-scopes": { readonly scopes: readonly string[] };
  "issued-scope": { readonly scope: string };
  "issuer-url": { readonly url: Named };
  "jwt-audiences": { readonly audiences: readonly Named[] };
  "token-sources": { readonly sources: readonly string[] };
  "token-source": { readonly source: string };
  "cognito-trust": { readonly issuerFrom: string; readonly clientIdsFrom: readonly string[] };
  "cognito-client": { readonly issuerFrom: string; readonly clientIdFrom: string };
  "aws-iam-trust": { readonly door: string };
  "signed-for": { readonly door: string };
  "oidc-trust": { readonly issuer: string; readonly audiences: readonly string[] };
  "oidc-audiences": { readonly audiences: readonly string[] };
  "oidc-audience": { readonly issuer: string; readonly audience: string };
  "scopes-of-subjects": Nothing;
  "scopes-of-claim": {
    readonly claims: readonly string[];
    /** Clients whose scopes are in other claims. */
    readonly others?: readonly (readonly [client: string, claims: readonly string[]])[];
    /** Values that grant scopes, each with these. Empty: a value is a scope. */
    readonly values: readonly (readonly [value: string, scopes: readonly string[]])[];
    readonly scopes: readonly string[];
    readonly clientClaim: string;
    readonly clients: readonly string[];
  };
  "claim-value": { readonly claim: string; readonly value: string };
  /** A value in a claim with scopes; `scope`: what it grants, if that is not its own name. */
  "scope-value": { readonly value: string; readonly scope?: string };
  /** A claim with the scopes of a client's tokens. */
  "scope-claim": { readonly client: string; readonly claim: string };
  /** A claim that routes compare with their paths. */
  "path-claim": { readonly claim: string };
  claimant: { readonly id: string; readonly claims: readonly (readonly [name: string, value: string])[] };
  "provider-detail": { readonly name: string; readonly value: Named };
  "provider-attributes": { readonly mapping: string };
  "provider-domain": { readonly domain: string };
  "trigger-version": { readonly version: string };
  "source-arn": { readonly arn: Named };
  "any-source-arn": Nothing;
  /** The account in which the source must be. */
  "source-account": { readonly account: string };
  /** A condition of an AWS statement. */
  "aws-condition": { readonly key: string; readonly operator: string; readonly values: readonly Named[] };
  "exempt-principal": { readonly arn: string };
  "exempt-network": { readonly cidr: string };
  "past-gateway": { readonly authorization: string };
  "function-qualifier": { readonly qualifier: string };
  "pages-read": { readonly origins: readonly string[] };
  /** An expression of a Google condition, or of a pool. */
  expression: { readonly text: string };
  "any-federated": { readonly by: "aws" | "oidc" };
  "attribute-mapping": { readonly name: string; readonly value: string };
  "any-caller": Nothing;
  "caller-with": { readonly claim?: string; readonly value: string };
  "long-lived-key": Nothing;
  /** When a service reads a new version of a secret. */
  "new-version": { readonly reaches: "each-instance" | "next-deploy" };
  "log-contents": { readonly logs: readonly Fact<"log-filter" | "all-logs" | "resource" | "text">[] };
  "log-filter": { readonly filter: string };
  "all-logs": { readonly of: "bucket" | "project" };
  /** Part of the filter of a sink or a view. */
  "filter-term": { readonly text: string; readonly name?: string };
  "nothing-else": Nothing;
  /** Other permissions of an auditor. */
  also: { readonly deeds: readonly Fact<Deed>[] };
  deed: { readonly of: Pick<RowFacts, "effect" | "action" | "resource"> };
  action: { readonly action: string };
  "all-except-some": Nothing;
  "later-policies": Nothing;
  methods: { readonly methods: readonly string[] };
  method: { readonly method: string; readonly path?: string };
  headers: { readonly headers: readonly string[]; readonly path?: string };
  header: { readonly header: string; readonly path?: string };
  cookies: { readonly isOn: boolean };
  "with-cookies": { readonly path?: string };
  "own-methods": Nothing;
  "methods-at": { readonly path: string; readonly methods: readonly string[] };
  "not-at": { readonly paths: readonly string[] };
  "error-responses": { readonly types: readonly Fact<"error-response">[] };
  "error-response": { readonly type: string; readonly hasCookies?: true };
  features: { readonly features: readonly string[] };
  addresses: { readonly names: readonly string[]; readonly hasDefault: boolean };
  "no-default-endpoint": Nothing;
  "client-certificate": Nothing;
  "web-acl": { readonly name: string };
  deployment: { readonly name: string; readonly canary?: string };
  "one-deployment": { readonly name: string; readonly isOnly: boolean };
  "access-log": { readonly isOn: boolean };
  "logs-value": { readonly name: string };
  "logged-value": { readonly name: string };
  limits: { readonly limits: Limits };
  "not-counted": { readonly routes: readonly string[] };
  "uncounted-route": { readonly route: string };
  "callers-own-key": Nothing;
  "other-route-limits": Nothing;
  /** The project's own `main.ts` gives the row. */
  "of-main-ts": Nothing;
  "argument-unread": { readonly argument: string };
  "type-unknown": Nothing;
  "module-unread": Nothing;
}

type Deed = "action" | "aws-policy" | "all-except-some" | "deed" | "later-policies";

/** By name: `cache-seconds`, `per-second`, `at-once`, `DAY`. */
export type Limits = Readonly<Record<string, number>>;

/** The facts that say what a row grants, without its conditions. */
export interface RowFacts {
  readonly effect: "allow" | "deny" | "limit";
  readonly principal: Fact<keyof Principals | keyof Names>;
  readonly action: Fact<keyof Actions | "stated">;
  readonly resource: Fact<keyof Objects | keyof Names | "authorizer">;
}

/** One alternative of a route's requirements. */
export function needFact(need: ScopeNeed): Fact<"need"> {
  return { kind: "need", scopes: scopesOfNeed(need) };
}

/** A part of a route's path that must be the caller's own. */
export function ownPathFact({ segment, claim, list }: BoundSegment): Fact<"own-path"> {
  return { kind: "own-path", segment, claim, list: list === true };
}

/** The same text for equal facts, whatever the order of their values. */
export function factKey(fact: unknown): string {
  if (Array.isArray(fact)) return `[${fact.map(factKey).join()}]`;
  return canonical(fact);
}

/** The same number for equal facts. No fact changes, and most are compared with many others. */
export function factId(fact: object): number {
  const known = ids.get(fact);
  if (known !== undefined) return known;
  const key = canonical(fact);
  const id = idsByKey.get(key) ?? idsByKey.size;
  idsByKey.set(key, id);
  ids.set(fact, id);
  return id;
}

const ids = new WeakMap<object, number>();
const idsByKey = new Map<string, number>();

export function isSame(one: Fact, other: Fact): boolean {
  return one === other || (one.kind === other.kind && factId(one) === factId(other));
}
