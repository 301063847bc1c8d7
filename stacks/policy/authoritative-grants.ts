import {
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { PolicyRule } from "./rule";

/** What this program grants on, by the kind of its binding: the argument that names it, and its kind. */
const BINDINGS: Readonly<Record<string, readonly [argument: string, on: string]>> = {
  google_cloud_run_v2_service_iam_binding: ["name", "google_cloud_run_v2_service"],
  google_pubsub_topic_iam_binding: ["topic", "google_pubsub_topic"],
  google_secret_manager_secret_iam_binding: ["secret_id", "google_secret_manager_secret"],
  google_service_account_iam_binding: ["service_account_id", "google_service_account"],
};

/** Logs have a rule of their own. */
const GRANT = /^google_(?!logging_)\w+_iam_(binding|member|policy)$/;

const PROJECT_MEMBER = "google_project_iam_member";
const OWN_ROLE = /^\$\{google_project_iam_custom_role\.\w+\.name\}$/;
const OWN_ACCOUNT = /^serviceAccount:\$\{google_service_account\.\w+\.email\}$/;

/**
 * What this stack owns in Google is granted by bindings alone, each on a resource of this stack: the next apply removes
 * what is added to one by hand. An additional member, or a policy over it, grants what no binding shows; a grant on the
 * project reaches every service, account and secret in it.
 *
 * @param onProject nothing, or to accounts of this stack what its own roles list: a pipeline deploys with that
 */
export function authoritativeGrants(onProject: "nothing" | "own-roles"): PolicyRule {
  return {
    id: "authoritative-grants",
    findings(stack) {
      return resourcesOf(stack, /./)
        .filter(({ type }) => GRANT.test(type))
        .flatMap((grant) => {
          const message = fault(stack, grant, onProject);
          return message === undefined ? [] : [{ address: grant.address, message }];
        });
    },
  };
}

function fault(
  stack: StackJson,
  { type, attributes }: Resource,
  onProject: "nothing" | "own-roles",
): string | undefined {
  if (/^google_(project|folder|organization)_/.test(type)) {
    const { role, member } = attributes;
    const isOwn = OWN_ROLE.test(String(role)) && OWN_ACCOUNT.test(String(member));
    if (type === PROJECT_MEMBER && onProject === "own-roles" && isOwn) return undefined;
    return "grants beyond this stack's own resources: grant on the one resource that it is about";
  }
  const [argument, on] = BINDINGS[type] ?? [];
  if (argument === undefined) return "grants in addition to the one binding of a resource: make it a binding";
  if (referred(stack, attributes[argument])?.type === on) return undefined;
  return `grants on ${attributes[argument]}, which is no ${on} of this stack: refer to one`;
}
