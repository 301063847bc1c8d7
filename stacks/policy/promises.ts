/** What each policy rule guarantees, one sentence by rule id. `docs/reference/policy-rules.md` prints them. */
export const PROMISES: Readonly<Record<string, string>> = {
  "agents-only-read":
    "The scopes of an agent open GET and HEAD routes only, unless `allowWrites` is set, and its tokens are short-lived.",
  "allowed-networks":
    "With `gateway.allowedNetworks`, every other network is denied. The API's resource policy allows nothing but CORS preflights.",
  "attached-policies":
    "A role has the policies that this stack writes for it, and the one AWS managed policy that AWS requires. There are no IAM users and no access keys.",
  "auditors-read-logs-alone": "Auditors read this environment's logs in both clouds, and nothing else.",
  "authoritative-grants":
    "Google grants are authoritative bindings on resources of this stack: no single members, no whole policies, nothing on the project.",
  "create-before-destroy":
    "Nothing with a fixed name is created before its predecessor is destroyed: the cloud would refuse the second one.",
  "custom-domain": "With a custom domain, the API's default endpoint is off.",
  "deletion-protection": "User pools, secrets and services are protected against deletion where `protect` is true.",
  "federation-trust":
    "The workload identity provider trusts AWS only: one account and exact role names. Each service account trusts only the role with its own name.",
  "function-callers":
    "A function is invoked by its own authorizers, by its daily check and by the secret that it rotates. If it has an alias, authorizers invoke only that. No function has a URL.",
  "known-revisions":
    "The newest revision of a service gets all traffic. During a rollout it shares the traffic with one other revision, which has the same template, Envoy rules included, and the previous image.",
  "live-alias":
    "The alias of a function sends every call to the version that the function publishes, and Lambda keeps instances of that version.",
  "log-retention": "Every log group has a retention period.",
  "mutual-tls":
    "Every address of the API requires a client certificate, checked against one version of the trust store.",
  "no-open-route": "With `handshake: shared-issuer`, no route is public.",
  "no-public-invoker":
    "One named account invokes each service, and the IAM check is on. With `handshake: shared-issuer`, no principal has the invoker role.",
  "no-token-in-logs":
    "No log format names a header or a key that can hold a token. A REST API writes no execution log, and a web ACL keeps no samples.",
  "no-wildcard-grant":
    "No IAM policy has a wildcard principal, action or resource, and every policy can be read before the apply.",
  "one-reader-per-secret":
    "Only the service's own runtime account reads its secrets. Only the `readers` in config read a client's secret.",
  "rotated-secret":
    "A client's secret is rotated as often as config says, by a function that can change only this secret and only this client's user pool.",
  "route-authorizer":
    "Every route has the authorizer of its kind, with exactly the identity sources that the decision depends on and the cache TTL of config. With `handshake: shared-issuer`, it is the JWT authorizer of the route's issuer, with exactly the route's scopes.",
  "tags-everywhere": "Every AWS and Google resource that supports tags has the tags of config.",
  "verified-callers":
    "Where Envoy verifies tokens, it is the only container that receives requests. It runs the image of config, and its configuration equals the policy.",
  "web-acl": "A web ACL in config is associated with the API's stage.",
};

/** Rules that a release renamed. An allowance with the old id gets an error that names the new id. */
export const RENAMED_RULES: ReadonlyMap<string, string> = new Map([
  ["federation-locks", "federation-trust"],
  ["latest-revision", "known-revisions"],
]);
