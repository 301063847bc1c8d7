import type { Service } from "../../intent/model/intent";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { isOwnMember } from "./existing-services";
import { type BuiltInRule, type Finding, type Resource, type StackJson, unless } from "./rule";

/** By binding type: the argument that names the resource, and that resource's type. */
const BINDINGS: Readonly<Record<string, readonly [argument: string, on: string]>> = {
  google_cloud_run_v2_service_iam_binding: ["name", "google_cloud_run_v2_service"],
  google_pubsub_topic_iam_binding: ["topic", "google_pubsub_topic"],
  google_secret_manager_secret_iam_binding: ["secret_id", "google_secret_manager_secret"],
  google_service_account_iam_binding: ["service_account_id", "google_service_account"],
};

/** A separate rule covers logs. */
const GRANT = /^google_(?!logging_)\w+_iam_(binding|member|policy)$/;

const BEYOND = "grants access beyond this stack's own resources: grant it on the one resource that needs it";
const OUTSIDE = "grants access outside the resource's one binding: declare a binding instead";

const IMAGE_READER = "roles/artifactregistry.reader";
const REPOSITORY_MEMBER = "google_artifact_registry_repository_iam_member";

const PROJECT_MEMBER = "google_project_iam_member";
const OWN_ROLE = /^\$\{google_project_iam_custom_role\.\w+\.name\}$/;
const OWN_ACCOUNT = /^serviceAccount:\$\{google_service_account\.\w+\.email\}$/;

/**
 * What a stack may grant on its project: nothing, or this stack's custom roles, granted to its own accounts, which may
 * also read images. A pipeline needs these to deploy.
 */
export type ProjectGrants = "nothing" | "own-roles";

interface Granting {
  readonly projectGrants: ProjectGrants;
  /** Identities of services' own pipelines, which may read images. */
  readonly imageReaders: readonly string[];
  /** Services of config. On an existing one, the owner's members must stay, so a single member is granted there. */
  readonly services: readonly Service[];
}

/**
 * Grants on this stack's Google resources are made only by bindings, each on a resource of this stack. The next apply
 * removes members added to a binding by hand. An additional `_member` or `_policy` would grant access that no binding
 * shows. A grant on the project reaches every service, account and secret in it.
 */
export const authoritativeGrants: BuiltInRule<Granting> = {
  id: "authoritative-grants",
  promise:
    "Google grants are authoritative bindings on resources of this stack: no single members, no whole policies, nothing on the project. Only an existing service gets a single member.",
  findings: (stack, granting) =>
    resourcesOf(stack, /./)
      .filter(({ type }) => GRANT.test(type))
      .flatMap((grant) => fault(stack, grant, granting)),
};

function fault(
  stack: StackJson,
  grant: Resource,
  { projectGrants, imageReaders, services }: Granting,
): readonly Finding[] {
  const { address, type, attributes } = grant;
  if (isOwnMember(grant, services)) return [];
  const { role, member } = attributes;
  const isPipeline = projectGrants === "own-roles" && OWN_ACCOUNT.test(String(member));
  if (/^google_(project|folder|organization)_/.test(type)) {
    const isExpected = type === PROJECT_MEMBER && isPipeline && OWN_ROLE.test(String(role));
    return unless(isExpected, address, BEYOND);
  }
  if (type === REPOSITORY_MEMBER) {
    const isReader = isPipeline || imageReaders.includes(String(member));
    return unless(isReader && role === IMAGE_READER, address, BEYOND);
  }
  const [argument, on] = BINDINGS[type] ?? [];
  if (argument === undefined) return [{ address, message: OUTSIDE }];
  const message = `grants access on ${attributes[argument]}, which is not a ${on} of this stack: refer to one`;
  return unless(referred(stack, attributes[argument])?.type === on, address, message);
}
