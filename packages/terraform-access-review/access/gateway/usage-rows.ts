import type { AccessPolicy } from "../../../../contract/policy-file";
import type { AccessRow } from "../../model/row";
import { isPreflight, restMethods } from "../../terraform-json/gateway-routes";
import { groupedBy } from "../../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../../terraform-json/stack-json";
import { apiInWords, readable } from "../../types/words";

/** Rows with this permission limit a caller. Losing one counts as broader. */
export const LIMITED = "usage limit";

/** The usage limits of each caller of a REST API. AWS applies these limits on a best-effort basis. */
export function usageRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return resourcesOf(stack, "aws_api_gateway_usage_plan_key").flatMap(({ attributes }) => {
    const plan = referred(stack, attributes.usage_plan_id);
    const key = referred(stack, attributes.key_id);
    if (plan === undefined || key === undefined) return [];
    const principal = callerOf(key, policy);
    return blocksOf(plan.attributes.api_stages).map((at) => usageRow(stack, principal, plan, at));
  });
}

/** The caller to whom the policy assigns the API key; the key's own name if the policy does not list the key. */
function callerOf({ attributes }: Resource, { usageKeys = {} }: AccessPolicy): string {
  const [caller] = Object.entries(usageKeys).find(([, value]) => value === attributes.value) ?? [];
  if (caller !== undefined) return caller === "anonymous" ? "anyone" : caller;
  return `API KEY ${attributes.name} OF NO CALLER IN THE POLICY`;
}

const PERIODS: Readonly<Record<string, string>> = { DAY: "day", WEEK: "week", MONTH: "month" };

/** @param at the stage that the plan is for */
function usageRow(stack: StackJson, principal: string, plan: Resource, at: Attributes): AccessRow {
  const api = referred(stack, at.api_id);
  const [quota] = [plan.attributes.quota_settings].flat();
  const [throttle] = [plan.attributes.throttle_settings].flat();
  const [ofRoutes] = [at.throttle].flat();
  const period = quota && (PERIODS[quota.period] ?? quota.period);
  const limits: Readonly<Record<string, number>> = {
    ...(quota && { [`requests per ${period}`]: Number(quota.limit) }),
    ...(throttle?.rate_limit !== undefined && { "per second": Number(throttle.rate_limit) }),
    ...(throttle?.burst_limit !== undefined && { "at once": Number(throttle.burst_limit) }),
  };
  const open = (uncounted(stack).get(api?.address) ?? []).map(({ key }) => key);
  const asked = api?.attributes.api_key_source;
  const words = Object.entries(limits).map(([unit, value]) => `${value} ${unit}`);
  const others = [
    ...(open.length === 0 ? [] : [`NOT COUNTED FOR ${open.join(", ")}`]),
    ...(asked === "AUTHORIZER" ? [] : ["COUNTED BY A KEY THAT CALLERS SEND"]),
    ...(ofRoutes === undefined ? [] : ["OTHER LIMITS FOR SOME ROUTES"]),
  ];
  return {
    principal,
    permission: LIMITED,
    resource: `stage ${readableStage(stack, at.stage)} of ${apiInWords(api)}`,
    condition: [words.join(", ") || "NO LIMIT", ...others].join("; "),
    terms: { permits: [...open, ...others.slice(open.length === 0 ? 0 : 1)], limits },
  };
}

function readableStage(stack: StackJson, text: unknown): string {
  const stage = referred(stack, text);
  return String(stage?.attributes.stage_name ?? readable(stack, text));
}

/** By the address of an API: its routes that require no key, so that their usage does not count. */
const uncounted = oncePerStack((stack) => {
  const methods = restMethods(stack).filter((each) => !isPreflight(each));
  const open = methods.filter(({ route }) => route.attributes.api_key_required !== true);
  return groupedBy(open, ({ api }) => api?.address);
});
