/**
 * Meanings of the authorizer's reasons, by the code in its log. `scope` and `identity-source` also depend on the route,
 * so `headline.ts` describes them.
 */
export const REASONS: Readonly<Record<string, string>> = {
  "route-kind": "the gateway called this function for a route of another kind",
  "identity-sources": "the gateway's identity sources differ from those that the policy expects",
  network: "calls are not accepted from this network",
  "route-unknown": "the policy has no such route",
  "path-character": "the path has a character that the authorizer refuses",
  "path-mismatch": "the path does not match the route",
  "path-ambiguous": "services could read the path in more than one way",
  "authorization-count": "there must be exactly one Authorization header",
  "authorization-shape": "the Authorization header is not a bearer token",
  "token-size": "the token is too long",
  "token-shape": "the token is not a JWT",
  "token-algorithm": "the token's algorithm is not accepted",
  "token-claims": "a claim of the token is missing or of the wrong type",
  "issuer-unknown": "the token's issuer is not declared",
  "key-unknown": "the issuer publishes no key with the token's key id",
  "keys-unavailable": "the issuer's keys could not be fetched",
  "caller-identity": "AWS STS did not identify the signer of the token",
  signature: "the token's signature is not valid",
  expired: "the token has expired",
  "not-yet-valid": "the token is not valid yet",
  audience: "the token is for another audience",
  "token-use": "the token is not an access token",
  "client-unknown": "the token's client is not declared",
  "subject-shape": "the token's subject has characters that are not accepted",
  "subject-unknown": "the token's subject is not declared",
  "caller-ambiguous": "the token matches more than one declared caller",
  "subject-borrowed": "the AWS token carries another name than the role that requested it",
  "client-revoked": "the client is revoked",
  "aws-credentials": "the function has no AWS credentials",
  "federation-provider": "the name of the workload identity provider is missing",
  "assume-role": "AWS STS refused the service's role",
  "token-exchange": "Google's token exchange refused the role",
  "id-token": "Google did not issue an ID token for the service",
  internal: "the authorizer failed",
};

/** The same for requests that the gateway itself refuses. */
export const OWN_REASONS: Readonly<Record<string, string>> = {
  "no-route": "no route has this method and path",
  throttle: "too many requests",
  "body-size": "the body is too large",
  "head-size": "the headers are too large",
};
