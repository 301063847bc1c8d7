/** Issuers of build systems, whose jobs get tokens for themselves. GitLab's also serves people. */
export const BUILD_SYSTEMS: readonly RegExp[] = [
  /^token\.actions\.githubusercontent\.com\//,
  /^app\.terraform\.io\//,
  /^agent\.buildkite\.com\//,
  /^oidc\.circleci\.com\//,
  /^api\.bitbucket\.org\//,
  /^oidc\.vercel\.com\//,
  /^vstoken\.dev\.azure\.com\//,
  /^oidc\.codefresh\.io\//,
  /^api\.pulumi\.com\//,
  /^gitlab\.com\//,
];

/**
 * Multi-tenant issuers, each as a pattern on host and path. By their documentation, any customer, workload or person
 * can get tokens, mostly with an audience of their choice. Only issuers with a documented `iss` are listed; no list can
 * be complete.
 */
export const MULTI_TENANT_ISSUERS: readonly RegExp[] = [
  // People.
  /^accounts\.google\.com\//,
  /^appleid\.apple\.com\//,
  /^(www|limited)\.facebook\.com\//,
  /^www\.linkedin\.com\//,
  /^slack\.com\//,
  /^id\.twitch\.tv\//,
  /^(login|test)\.salesforce\.com\//,
  /^api\.login\.yahoo\.com\//,
  /^access\.line\.me\//,
  /^kauth\.kakao\.com\//,
  /^oauth\.platform\.intuit\.com\//,
  /^oauth2\.sigstore\.dev\//,
  // Guests and signed-in users of the identity pools of all AWS customers.
  /^cognito-identity\.amazonaws\.com\//,
  // Microsoft's shared tenants. The last one is the tenant id of all personal accounts; older tokens name it elsewhere.
  /^login\.microsoftonline\.com\/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(\/|$)/,
  /^sts\.windows\.net\/9188040d-6c67-4c5b-b112-36a304b66dad(\/|$)/,
  ...BUILD_SYSTEMS,
  // Workloads: every role of the account, every pod of the cluster.
  /^[^/]+\.tokens\.sts\.global\.api\.aws\//,
  /^oidc(-eks|\.eks)\.[^/]+\//,
  /^container\.googleapis\.com\//,
  /^[^/]+\.oic\.prod-aks\.azure\.com\//,
  /^oidc\.fly\.io\//,
];
