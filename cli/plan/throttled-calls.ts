import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";

/**
 * Seconds between two calls that API Gateway accepts of an account in a region ("Quotas for creating, deploying and managing
 * an API"). AWS raises none of them.
 */
const SECONDS_BETWEEN: Readonly<Record<string, number>> = {
  CreateApiKey: 0.2,
  CreateDeployment: 5,
  CreateDomainName: 30,
  CreateResource: 0.2,
  CreateRestApi: 3,
  DeleteApiKey: 0.2,
  DeleteDomainName: 30,
  DeleteResource: 0.2,
  DeleteRestApi: 30,
  UpdateAccount: 20,
  UpdateDomainName: 30,
  UpdateUsagePlan: 20,
};
/** The same for all calls together, of which a burst passes at once. */
const ANY = { secondsBetween: 0.1, burst: 40 };

const GATEWAY = /^aws_api_?gateway(?:v2)?_/;
const VERBS: Readonly<Record<string, string>> = { create: "Create", delete: "Delete", update: "Update" };

/** The gateway's calls of an apply, and how long they take at least. */
export interface ThrottledCalls {
  /** Number of calls that write, by operation: `UpdateUsagePlan`. */
  readonly byOperation: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Counts one call for each action of a plan on an object of API Gateway, and one that reads the object after it. */
export function throttledCalls({ resource_changes = [] }: PlanJson): ThrottledCalls {
  const operations = resource_changes
    .filter(({ type }) => GATEWAY.test(type))
    .flatMap(({ type, change }) => change.actions.flatMap((action) => operationOf(type, action)));
  const byOperation: Record<string, number> = {};
  for (const operation of operations) byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  const each = Object.entries(byOperation).map(([name, calls]) => (SECONDS_BETWEEN[name] ?? 0) * (calls - 1));
  const all = (2 * operations.length - ANY.burst) * ANY.secondsBetween;
  return { byOperation, seconds: Math.max(0, all, ...each) };
}

/** `UpdateUsagePlan`: operations are named after the objects. An account is only ever updated. */
function operationOf(type: string, action: string): readonly string[] {
  const verb = VERBS[action];
  if (verb === undefined) return [];
  const name = type
    .replace(GATEWAY, "")
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return [`${name === "Account" ? "Update" : verb}${name}`];
}

/** What `npm run plan` says if an apply takes a minute at least. */
export function quotaLines(environment: string, plan: PlanJson): readonly string[] {
  const { byOperation, seconds } = throttledCalls(plan);
  if (seconds < 60) return [];
  const most = Object.entries(byOperation).sort(([, one], [, other]) => other - one);
  const counted = most.map(([name, calls]) => `${calls} ${name}`).join(", ");
  return [
    `${environment}: API Gateway limits calls that change it: this apply takes at least ${Math.ceil(seconds / 60)} min\n` +
      `    ${counted} (docs/reference/limits.md#changes-of-an-api)`,
  ];
}
