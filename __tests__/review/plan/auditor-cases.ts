import { dev, type Edit } from "./edits";
import type { PlanCase } from "./plan-case";

const auditors = (role: string): Edit =>
  dev(
    "gateway:\n",
    `auditors: { awsRoles: ["arn:aws:iam::444455556666:role/${role}"], googleGroups: [auditors@example.com] }\ngateway:\n`,
  );

/** Who reads the logs: somebody, nobody, somebody else, and for how long there are any. */
export const AUDITOR_CASES: Readonly<Record<string, PlanCase>> = {
  "auditors-added": { edits: [auditors("audit")] },
  "auditors-removed": { deployed: [auditors("audit")] },
  "auditor-changed": { deployed: [auditors("audit")], edits: [auditors("other")] },
};
