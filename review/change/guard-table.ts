import type { Attributes } from "../stack-json";

/** How safe a value is, among those of one attribute: more is safer. */
export type Strength = (value: unknown, attributes: Attributes) => number;

/** `true` is safer, and an attribute that is missing counts as false. */
const on: Strength = (value) => (value === true ? 1 : 0);
/** One text is the safe one. */
const is =
  (safe: string): Strength =>
  (value) =>
    value === safe ? 1 : 0;
/** From the weakest to the strongest; an unknown value is weaker than all. */
const ranked =
  (...values: readonly string[]): Strength =>
  (value) =>
    values.indexOf(String(value));
/** Where none is set, the provider's standard counts. */
const higher =
  (standard: number): Strength =>
  (value) =>
    Number(value ?? standard);
/** Only what says no is weaker: the cloud's standard is yes. */
const unlessOff: Strength = (value) => (value === false ? 0 : 1);
/** What says yes is weaker: the cloud's standard is no. */
const unlessOn: Strength = (value) => (value === true ? 0 : 1);
/** Of a throttle: -1, like nothing, is no limit. */
const fewer: Strength = (value) => (Number(value ?? -1) >= 0 ? -Number(value) : Number.NEGATIVE_INFINITY);
/** Of reminders, in seconds: the sooner the next one the safer; without any there is none. */
const often: Strength = (value) => (value ? -Number.parseInt(String(value), 10) : Number.NEGATIVE_INFINITY);
/** 0 means for ever. */
const kept: Strength = (value) => (Number(value ?? 0) === 0 ? Number.POSITIVE_INFINITY : Number(value));

/** A second entry of one type of log adds nothing. */
function auditedTypes(value: unknown): ReadonlySet<unknown> {
  return new Set([value ?? []].flat().map((entry: Attributes) => entry.log_type));
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Cognito's own lives, in seconds, of tokens of which nothing, or 0, is said: whatever the unit. */
const STANDARD_LIFE = { access_token: 3600, id_token: 3600, refresh_token: 30 * 86_400 } as const;

/** Shorter is safer. Without a unit Cognito takes hours for access and ID tokens, days for refresh tokens. */
const life =
  (token: "access_token" | "id_token" | "refresh_token"): Strength =>
  (value, { token_validity_units }) => {
    const units = [token_validity_units ?? {}].flat()[0]?.[token] ?? (token === "refresh_token" ? "days" : "hours");
    if (!value) return -STANDARD_LIFE[token];
    return -Number(value) * (SECONDS[units] ?? Number.POSITIVE_INFINITY);
  };

/** By type: the attributes that protect. A resource that is gone has no guards: it is among the destroyed. */
export const GUARDS: Readonly<Record<string, Readonly<Record<string, Strength>>>> = {
  aws_api_gateway_method_settings: {
    "settings.caching_enabled": unlessOn,
    "settings.data_trace_enabled": unlessOn,
    "settings.logging_level": (value, attributes) => ranked("INFO", "ERROR", "OFF")(value ?? "OFF", attributes),
    "settings.throttling_burst_limit": fewer,
    "settings.throttling_rate_limit": fewer,
  },
  aws_api_gateway_rest_api: { disable_execute_api_endpoint: on },
  aws_api_gateway_stage: { access_log_settings: (value) => (value ? 1 : 0), cache_cluster_enabled: unlessOn },
  aws_apigatewayv2_api: { disable_execute_api_endpoint: on },
  aws_apigatewayv2_domain_name: {
    "domain_name_configuration.security_policy": ranked("TLS_1_0", "TLS_1_2"),
    mutual_tls_authentication: (value) => (value ? 1 : 0),
  },
  aws_apigatewayv2_stage: { access_log_settings: (value) => (value ? 1 : 0) },
  aws_cloudwatch_log_group: { retention_in_days: kept },
  // The fewer of what it counts set it off, the safer.
  aws_cloudwatch_metric_alarm: { threshold: (value) => -Number(value ?? Number.POSITIVE_INFINITY) },
  aws_cognito_user_pool: {
    deletion_protection: is("ACTIVE"),
    mfa_configuration: (value, attributes) => ranked("OFF", "OPTIONAL", "ON")(value ?? "OFF", attributes),
    "password_policy.minimum_length": higher(8),
    "password_policy.require_lowercase": on,
    "password_policy.require_numbers": on,
    "password_policy.require_symbols": on,
    "password_policy.require_uppercase": on,
    // To Cognito 0 is no number of days, but its standard.
    "password_policy.temporary_password_validity_days": (value) => -(Number(value) || 7),
    "software_token_mfa_configuration.enabled": on,
    user_pool_tier: (value, attributes) => ranked("LITE", "ESSENTIALS", "PLUS")(value ?? "ESSENTIALS", attributes),
  },
  aws_cognito_user_pool_client: {
    access_token_validity: life("access_token"),
    enable_token_revocation: unlessOff,
    id_token_validity: life("id_token"),
    prevent_user_existence_errors: is("ENABLED"),
    refresh_token_validity: life("refresh_token"),
  },
  aws_iam_role: {
    max_session_duration: (value) => -Number(value ?? 3600),
    permissions_boundary: (value) => (value ? 1 : 0),
  },
  aws_s3_bucket: { force_destroy: (value) => (value === true ? 0 : 1) },
  aws_s3_bucket_public_access_block: {
    block_public_acls: on,
    block_public_policy: on,
    ignore_public_acls: on,
    restrict_public_buckets: on,
  },
  aws_s3_bucket_versioning: { "versioning_configuration.status": is("Enabled") },
  aws_secretsmanager_secret: { recovery_window_in_days: higher(30) },
  aws_secretsmanager_secret_policy: { block_public_policy: on },
  aws_secretsmanager_secret_rotation: {
    "rotation_rules.automatically_after_days": (value) => -Number(value ?? Number.POSITIVE_INFINITY),
  },
  google_cloud_run_v2_service: { deletion_protection: (value) => (value === false ? 0 : 1) },
  google_iam_workload_identity_pool: { disabled: on },
  google_iam_workload_identity_pool_provider: { disabled: on },
  // Nothing, like 0, is Google's standard of 30 days.
  google_logging_project_bucket_config: { locked: on, retention_days: (value) => Number(value) || 30 },
  google_logging_project_sink: { disabled: unlessOn },
  google_project_iam_audit_config: {
    audit_log_config: (value) =>
      auditedTypes(value).size - JSON.stringify(value ?? "").split("exempted_members").length,
  },
  google_secret_manager_secret: {
    deletion_protection: on,
    "rotation.rotation_period": often,
  },
  google_service_account: { disabled: on },
};

/** Types that are a protection themselves, of the resource they refer to: to lose one while that stays is a loss. */
export const PROTECTIVE: readonly string[] = [
  "aws_api_gateway_method_settings",
  "aws_api_gateway_rest_api_policy",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_policy",
  "aws_secretsmanager_secret_rotation",
  "aws_wafv2_web_acl_association",
  "aws_wafv2_web_acl_logging_configuration",
  "google_project_iam_audit_config",
];

/** Of protective types that refer to more than what they protect, the attribute that names that. */
export const GUARDED: Readonly<Record<string, string>> = {
  aws_secretsmanager_secret_rotation: "secret_id",
  aws_wafv2_web_acl_association: "resource_arn",
  aws_wafv2_web_acl_logging_configuration: "resource_arn",
};

/** On every resource: Terraform's own protection. */
export const ANY_TYPE: Readonly<Record<string, Strength>> = { "lifecycle.prevent_destroy": on };
