import { type Covered, covered } from "./covered";
import type { ResourceType } from "./resource-type";

const BINDING: readonly Covered[] = [covered(/^(members?|role|condition)\b/)];

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
