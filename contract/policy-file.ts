/** Name of the policy file in the functions' archives and in `synthesized/<environment>/`. */
export const POLICY_FILE = "authorizer-policy.json";

/**
 * What the authorizer decides by: written at synthesis next to the function's code, and readable in `synthesized/`.
 * What only an apply knows is named here as an environment variable (`…From`) that Terraform fills with a reference.
 */
export interface AuthorizerPolicy {
  readonly version: 1;
  /** Longest time, in seconds, that API Gateway replays an answer: no Google token is returned with less life. */
  readonly cacheSeconds: number;
  readonly aws: { readonly region: string };
  readonly federation: {
    /** Variable with the provider's name: `projects/123/locations/global/workloadIdentityPools/p/providers/q`. */
    readonly providerFrom: string;
  };
  readonly issuers: readonly PolicyIssuer[];
  readonly services: Readonly<Record<string, PolicyService>>;
  /**
   * For a REST API with usage plans: the API key to which a caller's usage counts, by `<issuer>/<client>`, and
   * `anonymous` for all other callers. The key is no secret: it opens nothing.
   */
  readonly usageKeys?: Readonly<Record<string, string>>;
  /** Networks from which an HTTP API takes calls, in CIDR notation. Default: all. A REST API checks them by itself. */
  readonly allowedNetworks?: readonly string[];
  /** By API Gateway route key. A route that is not here is denied. */
  readonly routes: Readonly<Record<string, PolicyRoute>>;
}

/** The part of a policy that says who may call what. The rest says how the function reaches the clouds. */
export type AccessPolicy = Omit<AuthorizerPolicy, "version" | "aws" | "federation">;

/** The policy of a stack without functions, as under the shared-issuer handshake: it admits no caller. */
export const EMPTY_POLICY: AccessPolicy = { cacheSeconds: 0, issuers: [], services: {}, routes: {} };

export interface PolicyService {
  /** ARN of the AWS role to assume. */
  readonly role: string;
  /** E-mail address of the Google service account it becomes. */
  readonly serviceAccount: string;
  readonly audience: string;
}

export interface PolicyRoute {
  readonly service: string;
  /** `public`, or the scopes of which the caller needs one. */
  readonly access: "public" | { readonly scopes: readonly string[] };
}

export type PolicyIssuer = PolicyCognitoIssuer | PolicySubjectsIssuer | PolicyTokenIssuer;

/** A user pool of this stack: access tokens only, of a listed client, for the scopes both token and config give it. */
export interface PolicyCognitoIssuer {
  readonly id: string;
  readonly kind: "cognito";
  /** Variable with the issuer URL. */
  readonly issuerFrom: string;
  readonly clients: readonly PolicyCognitoClient[];
}

export interface PolicyCognitoClient {
  readonly id: string;
  /** Variable with the app client id. */
  readonly clientIdFrom: string;
  readonly scopes: readonly string[];
  /** Written to the logs. */
  readonly kind?: "agent";
}

/** Any OIDC issuer whose tokens only prove who the caller is; config alone gives scopes. */
export interface PolicySubjectsIssuer {
  readonly id: string;
  readonly kind: "oidc";
  readonly grants: "subjects";
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subjects: readonly PolicySubject[];
  /** Callers identified by other claims than `sub` alone. */
  readonly claimants?: readonly PolicyClaimant[];
}

export interface PolicySubject {
  /** Exact `sub`. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly kind?: "agent";
}

export interface PolicyClaimant {
  /** Id in the config, which logs and quotas use. */
  readonly id: string;
  /** Exact values, each a text, all of which the token must have. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly kind?: "agent";
}

/** An OIDC issuer the team controls: the token's own scopes count, within these scopes and from these clients. */
export interface PolicyTokenIssuer {
  readonly id: string;
  readonly kind: "oidc";
  readonly grants: "token";
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly scopeClaim: string;
  readonly clientClaim: string;
  readonly clients: readonly string[];
}
