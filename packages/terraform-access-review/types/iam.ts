import { BINDING, covered, STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";

export const IAM: Readonly<Record<string, ResourceType>> = {
  aws_iam_openid_connect_provider: {
    named: ["identity provider", "url"],
    replaces: ["url"],
    loss: "the pipeline's sign-in: no workflow gets a role until roles trust another identity provider",
    covered: [covered(/^client_id_list$/, "removed")],
    opensOutside: ["thumbprint_list"],
  },
  aws_iam_role: {
    named: ["role", "name"],
    replaces: ["name", "name_prefix", "path"],
    covered: [
      covered(/^(name|max_session_duration|permissions_boundary|managed_policy_arns)$/),
      covered(/^inline_policy\b/),
      covered(STATEMENTS),
    ],
    guards: {
      max_session_duration: (value) => -Number(value ?? 3600),
      permissions_boundary: (value) => (value ? 1 : 0),
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
    covered: [covered(/^policy_names$/, "removed")],
    protection: { words: "a guard against inline policies from elsewhere" },
  },
  aws_iam_role_policy: {
    kind: "role",
    replaces: ["name", "name_prefix", "role"],
    covered: [covered(/^name$/), covered(STATEMENTS)],
  },
  aws_iam_role_policy_attachment: {
    kind: "role",
    replaces: ["policy_arn", "role"],
    covered: [covered(/^policy_arn$/)],
  },
  aws_iam_role_policy_attachments_exclusive: {
    kind: "role",
    replaces: ["role_name"],
    covered: [covered(/^policy_arns$/, "removed")],
    protection: { words: "a guard against attached policies from elsewhere" },
  },
};

export const PROJECT: Readonly<Record<string, ResourceType>> = {
  google_project_iam_custom_role: {
    named: ["role", "role_id"],
    replaces: ["project", "role_id"],
    covered: [covered(/^title$/), covered(/^permissions$/, "removed")],
  },
  google_project_iam_member: {
    replaces: ["member", "project", "role"],
    covered: BINDING,
  },
  google_project_service: {
    replaces: ["project", "service"],
    // An interface that a project has switched on gives no right to it.
    covered: [covered(/./)],
    isHarmlessAlone: true,
  },
};
