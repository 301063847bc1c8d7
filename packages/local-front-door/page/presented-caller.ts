import { carriedScopes } from "../../../contract/scope-claims";
import type { TrustedClient, TrustedIssuer } from "../issuers/trusted-issuers";

type Claims = Readonly<Record<string, unknown>>;

/** The caller that a token names, as config names it. */
export interface PresentedCaller {
  /** `customers/support-desk` */
  readonly name: string;
  /** The scopes that both the token and the config grant, sorted. */
  readonly scopes: readonly string[];
}

/**
 * Returns the caller, or undefined if no issuer of the stack knows it. Nothing is verified here: the result is for
 * people to read, never for decisions.
 */
export function presentedCaller(trusted: readonly TrustedIssuer[], claims: Claims): PresentedCaller | undefined {
  const [named] = trusted
    .filter(({ url, audiences }) => url === claims.iss && (audiences.length === 0 || isFor(audiences, claims.aud)))
    .flatMap((issuer) =>
      issuer.clients.flatMap((client) => (isOf(client, issuer.clientClaim, claims) ? [{ issuer, client }] : [])),
    );
  if (named === undefined) return undefined;
  const { issuer, client } = named;
  const carried = issuer.carries && carriedScopes(claims, issuer.carries);
  return { name: client.name, scopes: client.scopes.filter((scope) => carried?.has(scope) ?? true).sort() };
}

function isFor(audiences: readonly string[], aud: unknown): boolean {
  return [aud].flat().some((each) => audiences.includes(String(each)));
}

function isOf({ claim, claims: exact }: TrustedClient, clientClaim: string, claims: Claims): boolean {
  if (exact === undefined) return claims[clientClaim] === claim;
  return Object.entries(exact).every(([name, value]) => claims[name] === value);
}
