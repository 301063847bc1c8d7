import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

/** Usage limits for callers of a REST API. */
export const GATEWAY_USAGE: Readonly<Record<string, ResourceType>> = {
  aws_api_gateway_api_key: {
    replaces: ["value"],
    covered: [covered(/^(name|value|created_date|last_updated_date)$/)],
  },
  aws_api_gateway_usage_plan: {
    covered: [covered(/^(name|quota_settings\b.*|throttle_settings\b.*|api_stages\b.*)$/)],
  },
  aws_api_gateway_usage_plan_key: {
    replaces: ["key_id", "key_type", "usage_plan_id"],
    covered: [{ path: /^(key_id|usage_plan_id)$/, only: "changed", known: true }, covered(/^(name|value)$/)],
  },
};
