import { ApiGatewayApiKey } from "@cdktf/provider-aws/lib/api-gateway-api-key";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { ApiGatewayUsagePlanKey } from "@cdktf/provider-aws/lib/api-gateway-usage-plan-key";
import { Construct } from "constructs";
import type { UsagePlan } from "../../../intent/model/gateway-intent";
import type { RestStage } from "./rest-stage";

export interface UsagePlansProps {
  readonly api: ApiGatewayRestApi;
  readonly stage: RestStage;
  /** Prefix of the keys' names. */
  readonly prefix: string;
  readonly plans: readonly UsagePlan[];
}

/**
 * Each caller's quota and throttle. A key identifies a caller and grants no access: callers do not send it, the
 * authorizer returns it. AWS applies these limits on a best-effort basis. They limit costs and are not a security
 * boundary.
 */
export class UsagePlans extends Construct {
  constructor(scope: Construct, id: string, props: UsagePlansProps) {
    super(scope, id);
    const keys = new Construct(this, "Keys");
    const members = new Construct(this, "Members");
    for (const { id: planId, name, quota, throttle, members: callers } of props.plans) {
      const plan = new ApiGatewayUsagePlan(this, planId, {
        name,
        apiStages: [{ apiId: props.api.id, stage: props.stage.name }],
        ...(quota && { quotaSettings: { limit: quota.requests, period: quota.per.toUpperCase() } }),
        ...(throttle && {
          throttleSettings: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
        }),
      });
      for (const { caller, address, key: value } of callers) {
        const key = new ApiGatewayApiKey(keys, address, {
          name: `${props.prefix}-${address}`,
          description: `Counts the usage of ${caller}; opens nothing`,
          value,
        });
        new ApiGatewayUsagePlanKey(members, address, { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id });
      }
    }
  }
}
