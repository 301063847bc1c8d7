import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

/** Access log variables that could hold a token: the authorizer's own, and any request header. */
const TOKEN = /\$context\.authorizer\.googleAuthorization|\$request\.|\$context\.authorizer\.?("|$)|authorization/i;

/** No log contains a token. More people may read a log than may call the API, and a reader could use the token. */
export const noTokenInLogs: BuiltInRule = {
  id: "no-token-in-logs",
  promise:
    "No log format names a header or a key that can hold a token. A REST API writes no execution log, and a web ACL keeps no samples.",
  findings(stack) {
    const settings = resourcesOf(stack, "aws_api_gateway_method_settings").flatMap(({ address, attributes }) => {
      const { logging_level, data_trace_enabled } = (attributes.settings ?? {}) as Record<string, unknown>;
      const isOff = logging_level === "OFF" && data_trace_enabled === false;
      return unless(isOff, address, "writes execution logs, which show headers: logging_level OFF, no data_trace");
    });
    const stages = resourcesOf(stack, "aws_apigatewayv2_stage", "aws_api_gateway_stage").flatMap(
      ({ address, attributes }) => {
        const { format } = (attributes.access_log_settings ?? {}) as { format?: string };
        return [
          ...unless(format !== undefined, address, "has no access log: set access_log_settings"),
          ...unless(!TOKEN.test(format ?? ""), address, "logs a token: take the key out of the format"),
          ...unless(!traces(attributes), address, "logs whole requests: leave data_trace_enabled off"),
        ];
      },
    );
    return [...stages, ...settings, ...unsetStages(stack), ...webAcls(stack)];
  },
};

/** Settings that a REST API's stage does not declare for all methods come from the account, or are set by hand. */
function unsetStages(stack: StackJson): Finding[] {
  const whole = resourcesOf(stack, "aws_api_gateway_method_settings")
    .filter(({ attributes }) => attributes.method_path === "*/*")
    .map(({ attributes }) => referred(stack, attributes.stage_name)?.address);
  return resourcesOf(stack, "aws_api_gateway_stage")
    .filter(({ address }) => !whole.includes(address))
    .map(finding("leaves open whether it writes execution logs: declare method settings for */*"));
}

/** AWS WAF logs and samples all request headers, except redacted ones. */
function webAcls(stack: StackJson): Finding[] {
  const acls = resourcesOf(stack, "aws_wafv2_web_acl").flatMap(({ address, attributes }) => {
    const rules = (attributes.rule ?? []) as { visibility_config?: unknown }[];
    const settings = [attributes.visibility_config, ...rules.map(({ visibility_config }) => visibility_config)];
    const keeps = settings.some(
      (each) => (each as { sampled_requests_enabled?: unknown })?.sampled_requests_enabled !== false,
    );
    return unless(!keeps, address, "keeps samples, which show tokens: leave sampled_requests_enabled off");
  });
  const logs = resourcesOf(stack, "aws_wafv2_web_acl_logging_configuration").flatMap(({ address, attributes }) => {
    const fields = (attributes.redacted_fields ?? []) as { single_header?: { name?: string } }[];
    const isRedacted = fields.some(({ single_header }) => single_header?.name === "authorization");
    return unless(isRedacted, address, "logs callers' tokens: redact the header authorization");
  });
  return [...acls, ...logs];
}

function traces({ default_route_settings, route_settings }: Resource["attributes"]): boolean {
  return [default_route_settings, route_settings]
    .flat()
    .some((settings) => (settings as { data_trace_enabled?: unknown } | undefined)?.data_trace_enabled);
}

/** Every log group has a retention. Without one it would keep IP addresses and subjects forever, at a cost. */
export const logRetention: BuiltInRule = {
  id: "log-retention",
  promise: "Every log group has a retention period.",
  findings: (stack) =>
    resourcesOf(stack, "aws_cloudwatch_log_group")
      .filter(({ attributes }) => !(Number(attributes.retention_in_days) > 0))
      .map(finding("keeps its lines forever: set retention_in_days")),
};
