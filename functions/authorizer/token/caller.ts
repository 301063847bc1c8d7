import { type Caller, forbidden, unauthenticated } from "../request/outcome";
import type { CognitoIssuer, SubjectsIssuer, TokenIssuer } from "./issuers";
import type { Claims } from "./unverified-token";
import type { VerifiedToken } from "./verify-token";

/**
 * What may become a header and a log field: printable ASCII without spaces, 1-255 characters (OpenID Connect's own
 * limit for `sub`). A line break in a subject would write headers of its own; a quote or a backslash would add fields to
 * the gateway's access log, whose values AWS does not promise to escape.
 */
const HEADER_SAFE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** Who a verified token speaks for, and what token and policy together let them do. */
export function callerOf({ issuer, claims }: VerifiedToken): Caller {
  const subject = headerSafe(claims.sub);
  if (issuer.kind === "cognito") return cognitoCaller(issuer, claims, subject);
  if (issuer.kind === "token") return tokenCaller(issuer, claims, subject);
  return subjectCaller(issuer, claims, subject);
}

/** A scope counts only if the token carries it and the policy gives it to the client the token was issued to. */
function cognitoCaller(issuer: CognitoIssuer, claims: Claims, subject: string): Caller {
  // An ID token is for the client itself; it says who signed in, not what the client may do.
  if (claims.token_use !== "access") throw unauthenticated("token-use");
  const client = issuer.clients.get(headerSafe(claims.client_id));
  if (client === undefined) throw unauthenticated("client-unknown");
  return {
    issuer: issuer.id,
    client: `${issuer.id}/${client.id}`,
    subject,
    scopes: granted(scopesOf(claims.scope), client.scopes),
    kind: client.kind,
  };
}

/**
 * Anyone can get a token of such an issuer: only what the policy gives this exact subject, or these exact claims, counts.
 * A token that matches two callers is refused: its rights would be ambiguous.
 */
function subjectCaller(issuer: SubjectsIssuer, claims: Claims, subject: string): Caller {
  const unknown = { issuer: issuer.id, subject, scopes: [] };
  if (isBorrowed(claims)) throw forbidden("subject-borrowed", unknown);
  const bySubject = issuer.subjects.get(subject);
  const fitting = issuer.claimants.filter((each) => hasAll(claims, Object.entries(each.claims)));
  const found = [...(bySubject ? [{ ...bySubject, id: subject }] : []), ...fitting];
  const [caller] = found;
  if (caller === undefined || found.length > 1) {
    throw forbidden(caller ? "caller-ambiguous" : "subject-unknown", unknown);
  }
  const { id, scopes, kind } = caller;
  return { issuer: issuer.id, client: `${issuer.id}/${id}`, subject, scopes: [...scopes].sort(), kind };
}

/** An empty list of claims matches no caller, and not every caller. */
function hasAll(claims: Claims, asked: readonly [string, string][]): boolean {
  return asked.length > 0 && asked.every(([name, value]) => Object.hasOwn(claims, name) && claims[name] === value);
}

/** The token's own scopes, as far as the policy lists them and it was issued to a listed client. */
function tokenCaller(issuer: TokenIssuer, claims: Claims, subject: string): Caller {
  const client = headerSafe(claims[issuer.clientClaim]);
  if (!issuer.clients.has(client)) throw unauthenticated("client-unknown");
  return {
    issuer: issuer.id,
    client: `${issuer.id}/${client}`,
    subject,
    scopes: granted(scopesOf(claims[issuer.scopeClaim]), issuer.scopes),
  };
}

/**
 * Whether AWS's own token bears another name than that of the role or user which asked for it: who is let in by an
 * identity provider of the account can have the token speak for the name that it was given there, a role's ARN too.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
function isBorrowed({ sub, [AWS_CLAIMS]: aws }: Claims): boolean {
  const principal = typeof aws === "object" && aws !== null && "principal_id" in aws ? aws.principal_id : undefined;
  return principal !== undefined && principal !== sub;
}

const AWS_CLAIMS = "https://sts.amazonaws.com/";

function headerSafe(claim: unknown): string {
  if (typeof claim !== "string" || !HEADER_SAFE.test(claim)) throw unauthenticated("subject-shape");
  return claim;
}

/** `scope` is one string with spaces (RFC 8693), Okta's `scp` an array of strings; anything else is no scope at all. */
function scopesOf(claim: unknown): readonly unknown[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim : [];
}

function granted(carried: readonly unknown[], given: Iterable<string>): readonly string[] {
  const carriedScopes = new Set(carried);
  return [...given].filter((scope) => carriedScopes.has(scope)).sort();
}
