import type { Intent } from "../../intent/model/intent";
import { AUDITORS } from "./auditors";
import { DOMAIN, MUTUAL_TLS, NETWORKS, WAF } from "./domains";
import { PROJECT_NUMBER, SECRET_SETTINGS } from "./secret-settings";
import { variantOf } from "./variant";

/** Dev with one of everything that a REST API supports: plans, filters, a domain, auditors, both kinds of secret. */
export function everythingOfRest(): Intent {
  return variantOf("dev", {
    aws: { ownsAccount: true },
    google: { projectNumber: PROJECT_NUMBER },
    auditors: AUDITORS,
    gateway: {
      kind: "rest",
      domain: DOMAIN,
      waf: WAF,
      mutualTls: MUTUAL_TLS,
      allowedNetworks: NETWORKS,
      defaultPlan: { quota: { requests: 1000, per: "day" } },
    },
    clients: { "reporting-agent": { rotateEveryDays: 30, quota: { requests: 10_000, per: "month" } } },
    services: Object.fromEntries(Object.entries(SECRET_SETTINGS).map(([id, secrets]) => [id, { secrets }])),
  });
}
