/**
 * Claims by which an issuer that serves anyone says whose token it is, and which nobody else can have of the same value. Not GitHub's
 * `job_workflow_ref`: a workflow that others may call has it in all of their tokens.
 * https://docs.github.com/en/actions/reference/security/oidc and https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
const TENANT_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  "token.actions.githubusercontent.com": [
    "sub",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
  ],
  "gitlab.com": ["sub", "project_id", "project_path", "namespace_id", "namespace_path"],
};

export function tenantClaims(hostname: string): readonly string[] {
  return TENANT_CLAIMS[hostname] ?? ["sub"];
}
