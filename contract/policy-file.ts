import type { RouteAccess } from "./route-access";
import type { ScopeClaims } from "./scope-claims";

/** Name of the policy file in the functions' archives and in `synthesized/<environment>/`. */
export const POLICY_FILE = "authorizer-policy.json";

/**
 * The authorizer's policy. The synthesis writes it next to the function's code, and it is readable in `synthesized/`. A
 * value known only after an apply is given as the name of an environment variable (`…From`), which Terraform sets.
 */
export interface AuthorizerPolicy {
  readonly version: 1;
  /**
   * Cache TTL of authorizer results in API Gateway, in seconds. Every Google token that is returned is valid for at
   * least that long.
   */
  readonly cacheSeconds: number;
  readonly aws: { readonly region: string };
  readonly federation: {
    /**
     * Environment variable with the provider's name:
     * `projects/123/locations/global/workloadIdentityPools/p/providers/q`.
     */
    readonly providerFrom: string;
  };
  readonly issuers: readonly PolicyIssuer[];
  readonly services: Readonly<Record<string, PolicyService>>;
  /**
   * For a REST API with usage plans: the API key to which a caller's usage counts, by `<issuer>/<client>`, and
   * `anonymous` for all other callers. The key is not a secret: it grants no access.
   */
  readonly usageKeys?: Readonly<Record<string, string>>;
  /** Networks that may call an HTTP API, in CIDR notation. Default: all. A REST API checks networks itself. */
  readonly allowedNetworks?: readonly string[];
  /** By API Gateway route key. A route that is not listed is denied. */
  readonly routes: Readonly<Record<string, PolicyRoute>>;
}

/** The part of a policy that defines who may call what. The rest defines how the function reaches the clouds. */
export type AccessPolicy = Omit<AuthorizerPolicy, "version" | "aws" | "federation">;

/** The policy of a stack without functions, for example under the shared-issuer handshake. It allows no caller. */
export const EMPTY_POLICY: AccessPolicy = { cacheSeconds: 0, issuers: [], services: {}, routes: {} };

export interface PolicyService {
  /** ARN of the AWS role to assume. */
  readonly role: string;
  /** E-mail address of the Google service account that the role impersonates. */
  readonly serviceAccount: string;
  readonly audience: string;
}

export interface PolicyRoute {
  readonly service: string;
  readonly access: RouteAccess;
  /** Set if the route is a server's of the Model Context Protocol. */
  readonly mcp?: PolicyMcp;
}

/** What a route of a server of the Model Context Protocol requires in addition. Only a REST API has one. */
export interface PolicyMcp {
  /** URL of the server (RFC 8707): a token must name it among its audiences. A list: it, or any other of the list. */
  readonly audience: string | readonly string[];
  /** Origins whose pages may call. A request with another `Origin` is refused. */
  readonly origins: readonly string[];
}

export type PolicyIssuer = PolicyCognitoIssuer | PolicySubjectsIssuer | PolicyTokenIssuer | PolicyAwsIamIssuer;

/** An issuer whose tokens are JWTs. */
export type PolicyJwtIssuer = Exclude<PolicyIssuer, PolicyAwsIamIssuer>;

export function signsJwts(issuer: PolicyIssuer): issuer is PolicyJwtIssuer {
  return issuer.kind !== "aws-iam";
}

/** AWS principals, which prove who they are by a signature that AWS STS checks. Only config grants scopes. */
export interface PolicyAwsIamIssuer {
  readonly id: string;
  readonly kind: "aws-iam";
  /** Name of this front door, which callers sign: `storefront-dev`. */
  readonly door: string;
  /** By the ARN of a role, a user or an account's root user. */
  readonly subjects: readonly PolicyAwsPrincipal[];
}

export interface PolicyAwsPrincipal extends PolicySubject {
  /** IAM's unique id of the role or user: `AROA…` or `AIDA…`. Unset: any principal with this ARN. */
  readonly uniqueId?: string;
}

/** An issuer whose tokens have claims that a route may compare with its path. */
interface WithPathClaims {
  /** Claims that `where` of a route may name. Unset: none, so such a route refuses the issuer's callers. */
  readonly pathClaims?: readonly string[];
}

/**
 * A user pool of this stack. Accepts only access tokens of a listed client. Effective scopes are those in both token
 * and config.
 */
export interface PolicyCognitoIssuer extends WithPathClaims {
  readonly id: string;
  readonly kind: "cognito";
  /** Environment variable with the issuer URL. */
  readonly issuerFrom: string;
  readonly clients: readonly PolicyCognitoClient[];
}

export interface PolicyCognitoClient {
  readonly id: string;
  /** Environment variable with the app client id. */
  readonly clientIdFrom: string;
  readonly scopes: readonly string[];
  /** Written to the logs. */
  readonly kind?: "agent";
}

/** An OIDC issuer whose tokens only identify the caller. Only config grants scopes. */
export interface PolicySubjectsIssuer extends WithPathClaims {
  readonly id: string;
  readonly kind: "oidc";
  readonly grants: "subjects";
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subjects: readonly PolicySubject[];
  /** Callers identified by claims other than `sub` alone. */
  readonly claimants?: readonly PolicyClaimant[];
}

export interface PolicySubject {
  /** Exact `sub`, or exact ARN. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly kind?: "agent";
}

export interface PolicyClaimant {
  /** Id in the config, used in logs and quotas. */
  readonly id: string;
  /** Exact string values. The token must have all of them. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly kind?: "agent";
}

/** An OIDC issuer the team controls. Its tokens grant scopes, limited to these scopes and these clients. */
export interface PolicyTokenIssuer extends ScopeClaims, WithPathClaims {
  readonly id: string;
  readonly kind: "oidc";
  readonly grants: "token";
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Scopes of the clients that have none of their own. */
  readonly scopes: readonly string[];
  readonly clientClaim: string;
  /** Values of the claim, or clients with their own scopes. */
  readonly clients: readonly (string | PolicyTokenClient)[];
}

export interface PolicyTokenClient {
  /** Id in the config, used in logs and quotas. */
  readonly id: string;
  /** Exact value of the claim that names the client. */
  readonly client: string;
  readonly scopes: readonly string[];
  readonly kind?: "agent";
  /** Claims with this client's scopes. Unset: those of the issuer. */
  readonly scopeClaim?: ScopeClaims["scopeClaim"];
}

export interface TokenClient extends Omit<PolicyTokenClient, "scopeClaim"> {
  /** Where its tokens carry scopes. */
  readonly carries: ScopeClaims;
}

/** The clients of an issuer whose tokens grant scopes, all in one form, with the scopes that its tokens can grant. */
export function tokenClients(issuer: PolicyTokenIssuer): readonly TokenClient[] {
  const { clients, scopes: shared, scopeValues } = issuer;
  const granted = scopeValues && new Set(Object.values(scopeValues).flat());
  return clients.map((each) => {
    const {
      scopes,
      scopeClaim = issuer.scopeClaim,
      ...client
    } = typeof each === "string" ? { id: each, client: each, scopes: shared } : each;
    return {
      ...client,
      scopes: scopes.filter((scope) => granted?.has(scope) ?? true),
      carries: { scopeClaim, scopeValues },
    };
  });
}
