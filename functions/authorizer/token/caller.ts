import { carriedScopes, claimAt } from "../../../contract/scope-claims";
import { type Caller, forbidden, unauthenticated } from "../request/outcome";
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
  token.caller ??= { ...derivedCaller(token), ...pathClaims(token) };
  return token.caller;
}

function pathClaims({ issuer, claims }: VerifiedToken): Pick<Caller, "pathClaims"> | undefined {
  const values = issuer.pathClaims?.map((name) => [name, claimAt(claims, name)]);
  return values && { pathClaims: Object.fromEntries(values) };
}

function derivedCaller({ issuer, claims }: VerifiedToken): Caller {
  const subject = headerSafe(claims.sub);
  return issuer.kind === "subjects" ? subjectCaller(issuer, claims, subject) : clientCaller(issuer, claims, subject);
}

/** Where Cognito's access tokens name the client and carry scopes. */
const COGNITO = { clientClaim: "client_id", claims: { scopeClaim: "scope" } };

/** A scope counts only if the token carries it and the policy grants it to the client that the token was issued to. */
function clientCaller(issuer: CognitoIssuer | TokenIssuer, claims: Claims, subject: string): Caller {
  const isCognito = issuer.kind === "cognito";
  // An ID token is for the client itself; it says who signed in, not what the client may do.
  if (isCognito && claims.token_use !== "access") throw unauthenticated("token-use");
  const { clientClaim, claims: from } = isCognito ? COGNITO : issuer;
  const client = issuer.clients.get(headerSafe(claims[clientClaim]));
  if (client === undefined) throw unauthenticated("client-unknown");
  const carried = carriedScopes(claims, from);
  return {
    issuer: issuer.id,
    client: `${issuer.id}/${client.id}`,
    subject,
    scopes: client.scopes.filter((scope) => carried.has(scope)).sort(),
    kind: client.kind,
  };
}

/**
 * Anyone can get a token of such an issuer, so the only scopes that count are those that the policy grants to this
 * exact subject, or these exact claims. A token that matches two callers is refused, because its scopes would be
 * ambiguous.
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

/** An empty list of claims matches no caller, instead of every caller. */
function hasAll(claims: Claims, asked: readonly [string, string][]): boolean {
  return asked.length > 0 && asked.every(([name, value]) => Object.hasOwn(claims, name) && claims[name] === value);
}

/**
 * Whether an AWS token has a subject other than the role or user that requested it. A user of an identity provider of
 * the account can get a token for the name that the provider assigned, even if that name is a role's ARN.
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
