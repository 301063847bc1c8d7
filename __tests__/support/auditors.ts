import type { Intent } from "../../intent/model/intent";
import { restWith, WAF } from "./domains";
import { variantOf } from "./variant";

/** One role of this account, and one of another. */
export const AUDITORS = {
  awsRoles: ["arn:aws:iam::444455556666:role/audit/reader", "arn:aws:iam::111122223333:role/compliance"],
  googleGroups: ["auditors@example.com"],
};

/** Dev as an HTTP API, with auditors in both clouds. */
export function auditedDev(auditors: Partial<typeof AUDITORS> = AUDITORS): Intent {
  return variantOf("dev", { auditors });
}

/** Dev as a REST API with a firewall, with auditors in both clouds. */
export function auditedRest(): Intent {
  const { auditors } = auditedDev();
  const plan = { quota: { requests: 1000, per: "day" } };
  return { ...restWith({ waf: WAF, defaultPlan: plan }), ...(auditors && { auditors }) };
}

/** The environment in which the gateway itself decides, with auditors. */
export function auditedPreview(): Intent {
  return variantOf("preview", { auditors: AUDITORS });
}
