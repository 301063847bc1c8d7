import type { AccessPolicy } from "../../../../contract/policy-file";
import type { Fact, RowFacts } from "../../model/fact";
import { placeOf } from "../../model/place";
import type { AccessRow } from "../../model/row";
import { isOwnAnswer, restMethods } from "../../terraform-json/gateway-routes";
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
import { apiOf } from "../../types/named";

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
function callerOf({ attributes }: Resource, { usageKeys = {} }: AccessPolicy): RowFacts["principal"] {
  const [caller] = Object.entries(usageKeys).find(([, value]) => value === attributes.value) ?? [];
  if (caller === undefined) return { kind: "api-key", name: String(attributes.name) };
  return caller === "anonymous" ? { kind: "anyone" } : { kind: "caller", name: caller };
}

/** @param at the stage that the plan is for */
function usageRow(stack: StackJson, principal: RowFacts["principal"], plan: Resource, at: Attributes): AccessRow {
  const api = referred(stack, at.api_id);
  const [quota] = [plan.attributes.quota_settings].flat();
  const [throttle] = [plan.attributes.throttle_settings].flat();
  const [ofRoutes] = [at.throttle].flat();
  const limits = {
    ...(quota && { [`per-${quota.period}`]: Number(quota.limit) }),
    ...(throttle?.rate_limit !== undefined && { "per-second": Number(throttle.rate_limit) }),
    ...(throttle?.burst_limit !== undefined && { "at-once": Number(throttle.burst_limit) }),
  };
  const routes = (uncounted(stack).get(api?.address) ?? []).map(({ key }) => key);
  const others: readonly Fact[] = [
    ...(api?.attributes.api_key_source === "AUTHORIZER" ? [] : [{ kind: "callers-own-key" } as const]),
    ...(ofRoutes === undefined ? [] : [{ kind: "other-route-limits" } as const]),
  ];
  return {
    effect: "limit",
    principal,
    action: { kind: "usage-limit" },
    resource: { kind: "stage", name: stageName(stack, at.stage), api: apiOf(api, "REST") },
    conditions: [
      { kind: "limits", limits },
      ...(routes.length === 0 ? [] : [{ kind: "not-counted", routes } as const]),
      ...others,
    ],
    terms: { permits: [...routes.map((route): Fact => ({ kind: "uncounted-route", route })), ...others], limits },
    from: placeOf(plan),
  };
}

function stageName(stack: StackJson, text: unknown): string {
  return String(referred(stack, text)?.attributes.stage_name ?? text);
}

/** By the address of an API: its routes that require no key, so that their usage does not count. */
const uncounted = oncePerStack((stack) => {
  const methods = restMethods(stack).filter((each) => !isOwnAnswer(each));
  const open = methods.filter(({ route }) => route.attributes.api_key_required !== true);
  return groupedBy(open, ({ api }) => api?.address);
});
