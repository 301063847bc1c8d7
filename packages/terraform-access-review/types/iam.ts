import { added, BINDING, removed, STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";
import { present } from "./strength";

export const IAM: Readonly<Record<string, ResourceType>> = {
  aws_iam_openid_connect_provider: {
    named: ["identity provider", "url"],
    replaces: ["url"],
    loss: "the pipeline's sign-in: no workflow gets a role until roles trust another identity provider",
    covered: [removed(/^client_id_list$/)],
    opensOutside: ["thumbprint_list"],
  },
  aws_iam_role: {
    named: ["role", "name"],
    replaces: ["name", "name_prefix", "path"],
    covered: [
      /^(name|max_session_duration|managed_policy_arns)$/,
      /^inline_policy\b/,
      STATEMENTS,
      // The guard below covers both. Another boundary may permit more, and no row shows what a boundary permits.
      added(/^permissions_boundary$/),
      removed(/^permissions_boundary$/),
    ],
    guards: {
      max_session_duration: (value) => -Number(value ?? 3600),
      permissions_boundary: present,
    },
    opensOutside: ["inline_policy", "managed_policy_arns"],
    ownedBy: {
      inline_policy: { type: "aws_iam_role_policy", of: "role", item: "name" },
      managed_policy_arns: { type: "aws_iam_role_policy_attachment", of: "role", item: "policy_arn" },
    },
  },
  aws_iam_role_policies_exclusive: {
    kind: "role",
    replaces: ["role_name"],
    covered: [removed(/^policy_names$/)],
    protection: { words: "a guard against inline policies from elsewhere" },
  },
  aws_iam_role_policy: { kind: "role", replaces: ["name", "name_prefix", "role"], covered: [/^name$/, STATEMENTS] },
  aws_iam_role_policy_attachment: { kind: "role", replaces: ["policy_arn", "role"], covered: [/^policy_arn$/] },
  aws_iam_role_policy_attachments_exclusive: {
    kind: "role",
    replaces: ["role_name"],
    covered: [removed(/^policy_arns$/)],
    protection: { words: "a guard against attached policies from elsewhere" },
  },
};

export const PROJECT: Readonly<Record<string, ResourceType>> = {
  google_artifact_registry_repository_iam_member: {
    replaces: ["location", "member", "project", "repository", "role"],
    covered: BINDING,
  },
  google_project_iam_custom_role: {
    named: ["role", "role_id"],
    replaces: ["project", "role_id"],
    covered: [/^title$/, removed(/^permissions$/)],
    going: { deleted: /^true$/ },
    restore: ({ role_id, project }) => `gcloud iam roles undelete ${role_id} --project=${project}`,
  },
  google_project_iam_member: { replaces: ["member", "project", "role"], covered: BINDING },
  google_project_service: {
    replaces: ["project", "service"],
    // Enabling an API in a project grants no principal access to it.
    covered: [/./],
    isHarmlessAlone: true,
  },
};
