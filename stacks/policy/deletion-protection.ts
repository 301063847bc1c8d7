import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Attributes, type BuiltInRule, finding } from "./rule";

/** By type of irreplaceable resource: whether its attributes protect it. */
const PROTECTED: Readonly<Record<string, (attributes: Attributes) => boolean>> = {
  aws_cognito_user_pool: ({ deletion_protection }) => deletion_protection === "ACTIVE",
  aws_s3_bucket: ({ lifecycle }) => (lifecycle as { prevent_destroy?: unknown })?.prevent_destroy === true,
  aws_secretsmanager_secret: ({ lifecycle }) => (lifecycle as { prevent_destroy?: unknown })?.prevent_destroy === true,
  google_cloud_run_v2_service: ({ deletion_protection }) => deletion_protection === true,
  google_secret_manager_secret: ({ deletion_protection }) => deletion_protection === true,
};

/** With `protect`, users, secrets and services cannot be deleted in one step. */
export const deletionProtection: BuiltInRule<{ readonly protect: boolean }> = {
  id: "deletion-protection",
  promise: "User pools, secrets and services are protected against deletion where `protect` is true.",
  findings(stack, { protect }) {
    if (!protect) return [];
    return resourcesOf(stack, ...Object.keys(PROTECTED))
      .filter(({ type, attributes }) => !PROTECTED[type]?.(attributes))
      .map(finding("is not protected from deletion, but this environment requires it"));
  },
};
