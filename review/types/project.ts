import type { ResourceType } from "./resource-type";
import { type Told, told } from "./told";

const BINDING: readonly Told[] = [told(/^(members?|role|condition)\b/)];

export const PROJECT: Readonly<Record<string, ResourceType>> = {
  google_project_iam_custom_role: {
    named: ["role", "role_id"],
    writes: ["description", "permissions", "project", "role_id", "title"],
    replaces: ["project", "role_id"],
    told: [told(/^title$/), told(/^permissions$/, "removed")],
  },
  google_project_iam_member: {
    writes: ["condition.description", "condition.expression", "condition.title", "member", "project", "role"],
    replaces: ["member", "project", "role"],
    told: BINDING,
    refersTo: { member: ["google_service_account.email"], role: ["google_project_iam_custom_role.name"] },
  },
  google_project_service: {
    writes: ["disable_on_destroy", "service"],
    replaces: ["project", "service"],
    // Which interfaces a project has switched on gives nobody a right to them.
    told: [told(/./)],
    isHarmlessAlone: true,
  },
};
