import { ApiGatewayApiKey } from "@cdktf/provider-aws/lib/api-gateway-api-key";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { ApiGatewayUsagePlanKey } from "@cdktf/provider-aws/lib/api-gateway-usage-plan-key";
import { Construct } from "constructs";
import type { UsagePlan } from "../../../intent/model/gateway-intent";
import type { RestApi } from "./rest-api";
import type { RestStage } from "./rest-stage";

export interface UsagePlansProps {
  readonly api: RestApi;
  readonly stage: RestStage;
  /** Start of the keys' names. */
  readonly prefix: string;
  readonly plans: readonly UsagePlan[];
}

/**
 * What each caller may use up. A key stands for a caller and opens nothing: no caller sends it, the authorizer names it. AWS
 * calls these limits best effort: a guard of costs, and no boundary.
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
