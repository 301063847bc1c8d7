/**
 * Permissions of the role with which a service's own pipeline releases an image, on that one service. It lacks
 * `run.services.setIamPolicy`, without which Cloud Run neither switches the invoker check off nor admits `allUsers`
 * (Cloud Run documentation, "Allowing public (unauthenticated) access").
 */
export const RELEASE_PERMISSIONS = [
  "run.configurations.get",
  "run.revisions.get",
  "run.revisions.list",
  "run.routes.get",
  "run.services.get",
  "run.services.update",
] as const;

/** Whether a role is that of releases: `projects/storefront-dev/roles/storefront_dev_release`, and `…_2` from generation 2 on. */
export function isReleaseRole(role: string): boolean {
  return /^projects\/[^/]+\/roles\/[a-z0-9_]+_release(_\d+)?$/.test(role);
}
