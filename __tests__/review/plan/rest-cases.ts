import { base, dev, type Edit } from "./edits";
import type { PlanCase } from "./plan-case";

const kind = (words: string): Edit => dev("gateway:\n", `gateway:\n${words}`);
const PLAN = "  defaultPlan: { quota: { requests: 1000, per: day } }\n";

const quota = (requests: number): Edit =>
  dev(
    `  reporting-agent:\n    readers: ["arn:aws:iam::111122223333:role/reporting"]\n`,
    `  reporting-agent:
    readers: ["arn:aws:iam::111122223333:role/reporting"]
    quota: { requests: ${requests}, per: month }
    throttle: { ratePerSecond: 2, burst: 4 }
`,
  );

const OWNER = dev(
  `  deployers: ["arn:aws:iam::111122223333:role/terraform"]\n`,
  `  deployers: ["arn:aws:iam::111122223333:role/terraform"]\n  ownsAccount: true\n`,
);
const REST: readonly Edit[] = [OWNER, kind(`  kind: rest\n${PLAN}`), quota(10_000)];
const BESIDE: readonly Edit[] = [OWNER, kind("  beside: rest\n")];
const ALONE: readonly Edit[] = [OWNER, kind("  kind: rest\n")];
const ORDERS = "  orders:\n    scaling: { max: 2 }\n";

/** Changes of an environment whose gateway is a REST API, and the way from one kind to the other. */
export const REST_CASES: Readonly<Record<string, PlanCase>> = {
  "rest-unchanged": { deployed: REST, edits: REST },
  "rest-route-added": {
    deployed: REST,
    edits: [
      ...REST,
      base(
        "      GET /orders/{id}: {",
        "      GET /orders/{id}/lines: { scopes: [orders/read] }\n      GET /orders/{id}: {",
      ),
    ],
  },
  "rest-route-removed": {
    deployed: REST,
    edits: [...REST, base("      DELETE /orders/{id}: { scopes: [orders/support] }\n", "")],
  },
  "rest-quota-raised": { deployed: REST, edits: [OWNER, kind(`  kind: rest\n${PLAN}`), quota(20_000)] },
  "rest-plans-lost": { deployed: REST, edits: ALONE },
  "rest-token-forwarded": {
    deployed: REST,
    edits: [...REST, dev(ORDERS, `${ORDERS}    forwardAuthorization: true\n`)],
  },
  "rest-throttle-raised": {
    deployed: REST,
    edits: [...REST, dev("throttle: { ratePerSecond: 10, burst: 20 }", "throttle: { ratePerSecond: 20, burst: 20 }")],
  },
  "rest-kind-added": { deployed: [OWNER], edits: BESIDE },
  "rest-kind-alone": { deployed: BESIDE, edits: ALONE },
};
