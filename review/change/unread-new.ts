import { unreadArguments } from "../access/unread-rows";
import type { Attributes } from "../stack-json";
import { exempts } from "./harmless-values";
import type { Part } from "./parts";
import { isEnvoyConfiguration } from "./secrets";
import { unwrittenArguments } from "./written-arguments";

/** Which of the objects of a type are read, as they come; of a type that is not here, rows tell of each. */
const READ: Readonly<Record<string, (attributes: Attributes) => boolean>> = {
  aws_api_gateway_method_settings: isRead,
  // Where a name leads, and who may come by it, is in no row.
  aws_apigatewayv2_api_mapping: () => false,
  aws_apigatewayv2_domain_name: () => false,
  // Events go where an address in the stack does not say.
  aws_cloudwatch_event_target: ({ arn }) => /^\$\{aws_lambda_function\.\w+\.arn\}$/.test(arn),
  aws_route53_record: () => false,
  // Whose certificates count is in an object.
  aws_s3_object: () => false,
  aws_wafv2_web_acl_logging_configuration: hidesToken,
  // Google's own buckets stand already, and keep their lines for 30 days.
  google_logging_project_bucket_config: ({ bucket_id, retention_days }) =>
    !(/^_/.test(bucket_id) && Number(retention_days) < 30),
  google_project_iam_audit_config: ({ audit_log_config }) => !exempts(audit_log_config),
  // The ledger reads Envoy's, of whichever service mounts it; what another one tells a service nobody sees.
  google_secret_manager_secret_version: ({ secret_data }) => isEnvoyConfiguration(secret_data),
};

/** Whether a resource opens, as it comes, what neither the ledger nor a guard reads. */
export function isUnreadNew({ type, attributes }: Part): boolean {
  return (
    unreadArguments(type, attributes).length > 0 ||
    unwrittenArguments(type, attributes).length > 0 ||
    READ[type]?.(attributes) === false
  );
}

const SETTINGS =
  /^(caching_enabled|data_trace_enabled|logging_level|metrics_enabled|throttling_burst_limit|throttling_rate_limit)$/;

/** Guards read the settings of a method: all but those that no stack of this program sets. */
function isRead({ settings }: Attributes): boolean {
  return blocks(settings).every((block) =>
    Object.entries(block).every(([name, value]) => value === null || value === undefined || SETTINGS.test(name)),
  );
}

/** A firewall logs every header but those that are named. */
function hidesToken({ redacted_fields }: Attributes): boolean {
  return blocks(redacted_fields).some(({ single_header }) => {
    return String(blocks(single_header)[0]?.name).toLowerCase() === "authorization";
  });
}

/** A block that a synthesized stack writes as one, and a plan as a list. */
function blocks(value: unknown): readonly Attributes[] {
  return value === undefined || value === null ? [] : ([value].flat() as readonly Attributes[]);
}
