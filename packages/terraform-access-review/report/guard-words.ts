import { typeOf } from "../types";

/** What an attribute that protects is called, by its path; of several types at once where they mean the same. */
export const GUARD_WORDS: Readonly<Record<string, string>> = {
  access_log_settings: "access log",
  access_token_validity: "access token lifetime",
  block_public_policy: "block of public policies",
  deletion_protection: "deletion protection",
  disable_execute_api_endpoint: "block of the default endpoint",
  enable_token_revocation: "token revocation",
  id_token_validity: "ID token lifetime",
  "lifecycle.prevent_destroy": "prevent_destroy",
  max_session_duration: "maximum session duration",
  mutual_tls_authentication: "mutual TLS",
  permissions_boundary: "permissions boundary",
  recovery_window_in_days: "recovery window in days",
  refresh_token_validity: "refresh token lifetime",
  retention_days: "retention in days",
  retention_in_days: "retention in days",
  "rotation.rotation_period": "time between reminders",
  "rotation_rules.automatically_after_days": "days between rotations",
  "settings.throttling_burst_limit": "throttling burst limit",
  "settings.throttling_rate_limit": "throttling rate limit per second",
  throttling_burst_limit: "throttling burst limit",
  throttling_rate_limit: "throttling rate limit per second",
  threshold: "alarm threshold",
  "versioning_configuration.status": "versioning",
};

/** `log group access` of `aws_cloudwatch_log_group.access`; the address itself where nothing says more. */
export function thingOf(address: string): string {
  const [type = "", name = ""] = address.split(".");
  const { kind, named } = typeOf(type);
  const word = kind ?? named?.[0];
  return word === undefined ? address : `${word} ${name.replaceAll("_", "-")}`;
}
