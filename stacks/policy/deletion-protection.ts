import { type Attributes, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { PolicyRule } from "./rule";

/** How each kind of resource that cannot be made again says that it is protected. */
const PROTECTED: Readonly<Record<string, (attributes: Attributes) => boolean>> = {
  aws_cognito_user_pool: ({ deletion_protection }) => deletion_protection === "ACTIVE",
  aws_s3_bucket: ({ lifecycle }) => (lifecycle as { prevent_destroy?: unknown })?.prevent_destroy === true,
  aws_secretsmanager_secret: ({ lifecycle }) => (lifecycle as { prevent_destroy?: unknown })?.prevent_destroy === true,
  google_cloud_run_v2_service: ({ deletion_protection }) => deletion_protection === true,
  google_secret_manager_secret: ({ deletion_protection }) => deletion_protection === true,
};

/** Where an environment asks for protection, no user, secret or service can go in one step. */
export function deletionProtection(protect: boolean): PolicyRule {
  return {
    id: "deletion-protection",
    findings(stack) {
      if (!protect) return [];
      return resourcesOf(stack, ...Object.keys(PROTECTED))
        .filter(({ type, attributes }) => !PROTECTED[type]?.(attributes))
        .map(({ address }) => ({
          address,
          message: "is not protected from deletion, and this environment asks for it",
        }));
    },
  };
}
