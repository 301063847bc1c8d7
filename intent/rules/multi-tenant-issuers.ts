/**
 * Issuers that serve everyone, each with a pattern on host and path: their documentation lets any customer, workload or
 * person have tokens, mostly with an audience of their own choice.
 */
export const MULTI_TENANT_ISSUERS: readonly RegExp[] = [
  // People.
  /^accounts\.google\.com\//,
  /^appleid\.apple\.com\//,
  /^(www|limited)\.facebook\.com\//,
  /^www\.linkedin\.com\//,
  /^slack\.com\//,
  /^id\.twitch\.tv\//,
  /^gitlab\.com\//,
  // Microsoft's shared tenants, the last by the id that all personal accounts have.
  /^login\.microsoftonline\.com\/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(\/|$)/,
  // Build systems.
  /^token\.actions\.githubusercontent\.com\//,
  /^app\.terraform\.io\//,
  /^agent\.buildkite\.com\//,
  /^oidc\.circleci\.com\//,
  /^api\.bitbucket\.org\//,
  /^oidc\.vercel\.com\//,
  // Workloads: every role of the account, every pod of the cluster.
  /^[^/]+\.tokens\.sts\.global\.api\.aws\//,
  /^oidc(-eks|\.eks)\.[^/]+\//,
  /^container\.googleapis\.com\//,
];
