import { carriedScopes } from "../../../contract/scope-claims";
import type { TrustedIssuer } from "../issuers/trusted-issuers";

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
export function presentedCaller(
  trusted: readonly TrustedIssuer[],
  claims: Readonly<Record<string, unknown>>,
): PresentedCaller | undefined {
  const issuer = trusted.find(({ url }) => url === claims.iss);
  const client = issuer?.clients.find(({ claim, claims: exact }) =>
    exact === undefined
      ? claims[issuer.clientClaim] === claim
      : Object.entries(exact).every(([name, value]) => claims[name] === value),
  );
  if (issuer === undefined || client === undefined) return undefined;
  const carried = issuer.carries && carriedScopes(claims, issuer.carries);
  return { name: client.name, scopes: client.scopes.filter((scope) => carried?.has(scope) ?? true).sort() };
}
