import { carriedScopes, claimAt, ownField } from "../../../contract/scope-claims";
import { type Caller, callerNamed, forbidden, unauthenticated } from "../request/outcome";
import type { CognitoIssuer, SubjectsIssuer, TokenIssuer } from "./issuers";
import type { Claims } from "./unverified-token";
import type { VerifiedToken } from "./verify-token";

/**
 * Text that may become a header and a log field: printable ASCII without spaces, 1-255 characters (OpenID Connect's
 * limit for `sub`). A line break in a subject could add headers. A quote or a backslash could add fields to the
 * gateway's access log, because AWS does not guarantee that it escapes values.
 */
const HEADER_SAFE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** The caller of a verified token, with the scopes that token and policy together grant. */
export function callerOf(token: VerifiedToken): Caller {
  token.caller ??= { ...acting(token, derivedCaller(token)), ...pathClaims(token) };
  return token.caller;
}

/**
 * The caller of a token that another party uses on its subject's behalf, who is named by `act` (RFC 8693, 4.1). That party
 * must be a caller of the same issuer, and only the scopes that both have are left. Parties that acted before, inside
 * `act`, decide nothing, and neither does `may_act`, which states who might act.
 */
function acting({ issuer, claims }: VerifiedToken, caller: Caller): Caller {
  if (!("act" in claims)) return caller;
  const from = claimAt(claims, "act.iss") ?? claims.iss;
  const actor = from === claims.iss && issuer.clients.get(claimAt(claims, "act.sub") as string);
  if (!actor) throw forbidden("actor-unknown", caller);
  return {
    ...caller,
    scopes: caller.scopes.filter((scope) => actor.scopes.includes(scope)),
    kind: actor.kind ?? caller.kind,
    actor: `${issuer.id}/${actor.id}`,
  };
}

function pathClaims({ issuer, claims }: VerifiedToken): Pick<Caller, "pathClaims"> | undefined {
  const values = issuer.pathClaims?.map((name) => [name, claimAt(claims, name)]);
  return values && { pathClaims: Object.fromEntries(values) };
}

function derivedCaller({ issuer, claims }: VerifiedToken): Caller {
  const subject = headerSafe(claims.sub);
  return issuer.kind === "subjects" ? subjectCaller(issuer, claims, subject) : clientCaller(issuer, claims, subject);
}

/** Where Cognito's access tokens carry scopes. */
const COGNITO = { scopeClaim: "scope" };

/** A scope counts only if the token carries it and the policy grants it to the client that the token was issued to. */
function clientCaller(issuer: CognitoIssuer | TokenIssuer, claims: Claims, subject: string): Caller {
  const isCognito = issuer.kind === "cognito";
  // An ID token is for the client itself; it says who signed in, not what the client may do.
  if (isCognito && claims.token_use !== "access") throw unauthenticated("token-use");
  const client = issuer.clients.get(headerSafe(claims[isCognito ? "client_id" : issuer.clientClaim]));
  if (client === undefined) throw unauthenticated("client-unknown");
  const carried = carriedScopes(claims, "carries" in client ? client.carries : COGNITO);
  return callerNamed(issuer.id, subject, { ...client, scopes: client.scopes.filter((scope) => carried.has(scope)) });
}

/**
 * Anyone can get a token of such an issuer, so the only scopes that count are those that the policy grants to this
 * exact subject, or these exact claims. A token that matches two callers is refused, because its scopes would be
 * ambiguous.
 */
function subjectCaller(issuer: SubjectsIssuer, claims: Claims, subject: string): Caller {
  const unknown = { issuer: issuer.id, subject, scopes: [] };
  if (isBorrowed(claims)) throw forbidden("subject-borrowed", unknown);
  const bySubject = issuer.clients.get(subject);
  const fitting = issuer.claimants.filter((each) => hasAll(claims, Object.entries(each.claims)));
  const found = [...(bySubject ? [bySubject] : []), ...fitting];
  const [caller] = found;
  if (caller === undefined || found.length > 1) {
    throw forbidden(caller ? "caller-ambiguous" : "subject-unknown", unknown);
  }
  return callerNamed(issuer.id, subject, caller);
}

/** An empty list of claims matches no caller, instead of every caller. */
function hasAll(claims: Claims, asked: readonly [string, string][]): boolean {
  return asked.length > 0 && asked.every(([name, value]) => ownField(claims, name) === value);
}

/**
 * Whether an AWS token has a subject other than the role or user that requested it. A user of an identity provider of
 * the account can get a token for the name that the provider assigned, even if that name is a role's ARN.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
function isBorrowed(claims: Claims): boolean {
  const principal = ownField(ownField(claims, AWS_CLAIMS), "principal_id");
  return principal !== undefined && principal !== claims.sub;
}

const AWS_CLAIMS = "https://sts.amazonaws.com/";

function headerSafe(claim: unknown): string {
  if (typeof claim !== "string" || !HEADER_SAFE.test(claim)) throw unauthenticated("subject-shape");
  return claim;
}
