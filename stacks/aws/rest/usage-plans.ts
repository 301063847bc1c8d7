import { ApiGatewayApiKey } from "@cdktf/provider-aws/lib/api-gateway-api-key";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { ApiGatewayUsagePlanKey } from "@cdktf/provider-aws/lib/api-gateway-usage-plan-key";
import { Construct } from "constructs";
import type { UsagePlan, UsagePlanMember } from "../../../intent/model/gateway-intent";
import { type ConfigKey, comesFrom } from "../../shared/comes-from";

/**
 * Each caller's quota and throttle. A key identifies a caller and grants no access: callers do not send it, the
 * authorizer returns it. AWS applies these limits on a best-effort basis. They limit costs and are not a security
 * boundary.
 *
 * @param prefix of the keys' names
 */
export function declareUsagePlans(
  parent: Construct,
  api: ApiGatewayRestApi,
  stage: ApiGatewayStage,
  prefix: string,
  plans: readonly UsagePlan[],
): void {
  const scope = new Construct(parent, "UsagePlans");
  const keys = new Construct(scope, "Keys");
  const members = new Construct(scope, "Members");
  for (const { id, name, client, quota, throttle, members: callers } of plans) {
    const plan = new ApiGatewayUsagePlan(scope, id, {
      name,
      apiStages: [{ apiId: api.id, stage: stage.stageName }],
      ...(quota && { quotaSettings: { limit: quota.requests, period: quota.per.toUpperCase() } }),
      ...(throttle && {
        throttleSettings: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
      }),
    });
    comesFrom(plan, client === undefined ? DEFAULT_PLAN : ["clients", client], {
      quota_settings: ["quota"],
      "quota_settings.limit": ["quota", "requests"],
      "quota_settings.period": ["quota", "per"],
      throttle_settings: ["throttle"],
      "throttle_settings.rate_limit": ["throttle", "ratePerSecond"],
      "throttle_settings.burst_limit": ["throttle", "burst"],
    });
    for (const { caller, address, key: value, owner } of callers) {
      const key = new ApiGatewayApiKey(keys, address, {
        name: `${prefix}-${address}`,
        description: `Counts the usage of ${caller}; opens nothing`,
        value,
      });
      const member = { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id };
      const counted = new ApiGatewayUsagePlanKey(members, address, member);
      for (const each of [key, counted]) comesFrom(each, ownerKey(owner), { usage_plan_id: ["quota"] });
    }
  }
}

const DEFAULT_PLAN = ["gateway", "defaultPlan"];

function ownerKey(owner: UsagePlanMember["owner"]): ConfigKey {
  if (owner === undefined) return DEFAULT_PLAN;
  return owner.kind === "clients" ? ["clients", owner.id] : ["issuers", owner.id, "clients"];
}
