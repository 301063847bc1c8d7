import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

/** Usage limits for callers of a REST API. */
export const GATEWAY_USAGE: Readonly<Record<string, ResourceType>> = {
  aws_api_gateway_api_key: {
    writes: ["description", "name", "value"],
    replaces: ["value"],
    covered: [covered(/^(name|value|created_date|last_updated_date)$/)],
  },
  aws_api_gateway_usage_plan: {
    writes: [
      "api_stages.api_id",
      "api_stages.stage",
      "name",
      "quota_settings.limit",
      "quota_settings.period",
      "throttle_settings.burst_limit",
      "throttle_settings.rate_limit",
    ],
    covered: [covered(/^(name|quota_settings\b.*|throttle_settings\b.*|api_stages\b.*)$/)],
    refersTo: { api_stages: ["aws_api_gateway_rest_api.id", "aws_api_gateway_stage.stage_name"] },
  },
  aws_api_gateway_usage_plan_key: {
    writes: ["key_id", "key_type", "usage_plan_id"],
    replaces: ["key_id", "key_type", "usage_plan_id"],
    covered: [{ path: /^(key_id|usage_plan_id)$/, only: "changed", known: true }, covered(/^(name|value)$/)],
    refersTo: { key_id: ["aws_api_gateway_api_key.id"], usage_plan_id: ["aws_api_gateway_usage_plan.id"] },
  },
};
