import { carriedScopes, claimAt } from "../../../contract/scope-claims";
import type { TrustedClient, TrustedIssuer } from "../issuers/trusted-issuers";

type Claims = Readonly<Record<string, unknown>>;

/** The caller that a token names, as config names it. */
export interface PresentedCaller {
  /** `customers/support-desk` */
  readonly name: string;
  /** The scopes that both the token and the config grant, sorted. If a party acts for the subject, those that it has too. */
  readonly scopes: readonly string[];
  /** The declared party that uses the token on its subject's behalf. */
  readonly actor?: string;
}

/** `customers/web`, `customers/web through customers/order-agent` */
export function callerText(name: string, actor: string | undefined): string {
  return actor === undefined ? name : `${name} through ${actor}`;
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
  const { carries = issuer.carries } = client;
  const carried = carries && carriedScopes(claims, carries);
  const actor = actorIn(issuer, claims);
  const counts = (scope: string) => (carried?.has(scope) ?? true) && (actor?.scopes.includes(scope) ?? true);
  return { name: client.name, scopes: client.scopes.filter(counts).sort(), ...(actor && { actor: actor.name }) };
}

function actorIn({ url, clients }: TrustedIssuer, claims: Claims): TrustedClient | undefined {
  if ((claimAt(claims, "act.iss") ?? url) !== url) return undefined;
  const subject = claimAt(claims, "act.sub");
  return clients.find(({ claim, claims: exact }) => exact === undefined && claim === subject);
}

function isFor(audiences: readonly string[], aud: unknown): boolean {
  return [aud].flat().some((each) => audiences.includes(String(each)));
}

function isOf({ claim, claims: exact }: TrustedClient, clientClaim: string, claims: Claims): boolean {
  if (exact === undefined) return claims[clientClaim] === claim;
  return Object.entries(exact).every(([name, value]) => claims[name] === value);
}
