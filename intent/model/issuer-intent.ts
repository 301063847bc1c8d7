import type { ScopeClaims } from "../../contract/scope-claims";

export type Issuer = CognitoIssuer | OidcIssuer | AwsIamIssuer;

/** AWS principals that sign for themselves. Callers get the scopes that config grants to their exact ARN. */
export interface AwsIamIssuer {
  readonly kind: "aws-iam";
  readonly id: string;
  /** Sorted ids of the accounts that callers may belong to. */
  readonly accounts: readonly string[];
}

interface WithPathClaims {
  /** Sorted claims of its tokens that a route may compare with its path. */
  readonly pathClaims?: readonly string[];
}

export interface CognitoIssuer extends WithPathClaims {
  readonly kind: "cognito";
  readonly id: string;
  /** Name of the user pool: `storefront-dev-customers`. */
  readonly name: string;
  readonly signUp: "closed" | "open";
  readonly domainPrefix: string;
  /** Id of the primary's user pool, for a twin. Unset: this stack creates the pool. */
  readonly pool?: string;
}

export type OidcIssuer = SubjectsIssuer | TokenIssuer;

interface OidcIssuerBase extends WithPathClaims {
  readonly kind: "oidc";
  readonly id: string;
  /** Exact value of `iss`, an https URL. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** URL of its signing keys. Envoy needs it because Envoy does no discovery. */
  readonly jwksUri?: string;
}

/** Callers get the scopes that config grants to their exact subject. Scopes in the token are ignored. */
export interface SubjectsIssuer extends OidcIssuerBase {
  readonly grants: "subjects";
}

/** Callers get the scopes in their token that are listed here or for their client, if the client is listed or declared. */
export interface TokenIssuer extends OidcIssuerBase, ScopeClaims {
  readonly grants: "token";
  /** Scopes of `clients`. */
  readonly scopes: readonly string[];
  readonly clientClaim: string;
  /** Clients without an entry of their own. */
  readonly clients: readonly string[];
}
