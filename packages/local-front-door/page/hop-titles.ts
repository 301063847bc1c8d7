import type { Hop } from "../trace/hop";

/** The name of each stand-in, and what it checks before it allows a request. */
export const HOP_TITLES: Readonly<Record<Hop["at"], { readonly title: string; readonly checks: string }>> = {
  cognito: { title: "the Cognito user pool", checks: "client, secret, flow, callback, scopes, PKCE" },
  gateway: {
    title: "API Gateway",
    checks: "route, identity sources, its permission to call the authorizer, throttle, quota, size and time limits",
  },
  authorizer: {
    title: "the authorizer",
    checks: "token signature, issuer, audience or client, lifetime, scopes, path",
  },
  "jwt-authorizer": {
    title: "API Gateway's JWT authorizer",
    checks: "token signature, issuer, audience or client, lifetime, one of the route's scopes",
  },
  "aws-sts": { title: "AWS STS", checks: "signature of the request, trust policy of the role, policy of the caller" },
  "google-sts": {
    title: "Google's workload identity federation",
    checks: "target provider, AWS account, attribute mapping, attribute condition",
  },
  "iam-credentials": {
    title: "Google's IAM credentials",
    checks: "access token, who may become the service account",
  },
  envoy: {
    title: "Envoy, in the service's own instance",
    checks: "the same token again: signature, issuer, audience or client, lifetime; route, scopes, headers",
  },
  "cloud-run": { title: "Cloud Run", checks: "ID token: signature, audience, lifetime; who may invoke the service" },
};
