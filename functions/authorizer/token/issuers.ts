import {
  type AuthorizerPolicy,
  type PolicyClaimant,
  type PolicyCognitoClient,
  type PolicyCognitoIssuer,
  type PolicySubject,
  type PolicySubjectsIssuer,
  type PolicyTokenIssuer,
  type TokenClient,
  tokenClients,
} from "../../../contract/policy-file";
import type { ScopeClaims } from "../../../contract/scope-claims";

export type Environment = Readonly<Record<string, string | undefined>>;

/** An issuer of the policy, with the values that the environment adds. */
export type TrustedIssuer = CognitoIssuer | SubjectsIssuer | TokenIssuer;

interface AnyIssuer {
  readonly id: string;
  /** Claims that a route may compare with its path. */
  readonly pathClaims?: readonly string[] | undefined;
}

export interface CognitoIssuer extends AnyIssuer {
  readonly kind: "cognito";
  readonly url: string;
  /** By app client id. */
  readonly clients: ReadonlyMap<string, PolicyCognitoClient>;
}

export interface SubjectsIssuer extends AnyIssuer {
  readonly kind: "subjects";
  readonly url: string;
  readonly audiences: readonly string[];
  /** By exact `sub`, which is also the id. */
  readonly clients: ReadonlyMap<string, PolicySubject & { readonly id: string }>;
  readonly claimants: readonly PolicyClaimant[];
}

export interface TokenIssuer extends AnyIssuer, ScopeClaims {
  readonly kind: "token";
  readonly url: string;
  readonly audiences: readonly string[];
  readonly clientClaim: string;
  /** By value of that claim. */
  readonly clients: ReadonlyMap<string, TokenClient>;
}

/**
 * The issuers by their exact `iss`. An apply changes environment and code in two steps, so a variable may be missing:
 * that disables only its issuer or client. A user pool whose URL another issuer has disables both, because a token would
 * not determine which rules apply.
 */
export function trustedIssuers(
  policy: AuthorizerPolicy,
  environment: Environment,
): ReadonlyMap<string, readonly TrustedIssuer[]> {
  const found: TrustedIssuer[] = [];
  for (const issuer of policy.issuers) {
    // AWS IAM callers sign requests: there are no tokens to verify.
    if (issuer.kind === "aws-iam") continue;
    if (issuer.kind !== "cognito") {
      found.push(issuer.grants === "subjects" ? subjectsIssuer(issuer) : tokenIssuer(issuer));
      continue;
    }
    const url = environment[issuer.issuerFrom];
    if (url) found.push(cognitoIssuer(issuer, url, environment));
  }
  const byUrl = new Map<string, readonly TrustedIssuer[]>();
  for (const issuer of found) byUrl.set(issuer.url, [...(byUrl.get(issuer.url) ?? []), issuer]);
  for (const [url, there] of byUrl) {
    if (there.length > 1 && there.some(({ kind }) => kind === "cognito")) byUrl.delete(url);
  }
  return byUrl;
}

/**
 * The issuer whose rules apply to a token of a URL: the only one there, or of several the only one that has an audience of
 * the token.
 */
export function issuerFor(there: readonly TrustedIssuer[], aud: unknown): TrustedIssuer | undefined {
  const [issuer, ...others] = there.length > 1 ? there.filter((each) => hasAudience(each, aud)) : there;
  return others.length > 0 ? undefined : issuer;
}

/** A token may name several audiences: one that is listed is enough (RFC 7519, 4.1.3). */
export function hasAudience(issuer: TrustedIssuer, aud: unknown): boolean {
  return issuer.kind === "cognito" || [aud].flat().some((each) => issuer.audiences.includes(each as string));
}

function cognitoIssuer(issuer: PolicyCognitoIssuer, url: string, environment: Environment): CognitoIssuer {
  const clients = new Map<string, PolicyCognitoClient>();
  for (const client of issuer.clients) {
    const clientId = environment[client.clientIdFrom];
    if (clientId) clients.set(clientId, client);
  }
  return { ...issuer, url, clients };
}

function subjectsIssuer(issuer: PolicySubjectsIssuer): SubjectsIssuer {
  const clients = new Map(issuer.subjects.map((each) => [each.subject, { ...each, id: each.subject }]));
  return { ...issuer, kind: "subjects", url: issuer.issuer, clients, claimants: issuer.claimants ?? [] };
}

function tokenIssuer(issuer: PolicyTokenIssuer): TokenIssuer {
  return {
    ...issuer,
    kind: "token",
    url: issuer.issuer,
    clients: new Map(tokenClients(issuer).map((each) => [each.client, each])),
  };
}

/**
 * Variable with the names of callers that are revoked without a deploy: a JSON list of `<issuer>/<client>`, as in logs.
 * It is set outside Terraform in an emergency, so the next plan removes it.
 */
const REVOKED_VARIABLE = "REVOKED_CALLERS";

/**
 * The revoked callers. A value that cannot be read stops the function: it denies every call instead of admitting one.
 */
export function revokedCallers(environment: Environment): ReadonlySet<string> {
  const names: unknown = JSON.parse(environment[REVOKED_VARIABLE] ?? "[]");
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) {
    throw new Error(`${REVOKED_VARIABLE}: expected a JSON list of names`);
  }
  return new Set(names);
}
