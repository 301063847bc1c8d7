import { typeOf } from "../types";

/** What an attribute that protects is called, by its path; of several types at once where they mean the same. */
export const GUARD_WORDS: Readonly<Record<string, string>> = {
  access_log_settings: "access log",
  access_token_validity: "life of access tokens",
  block_public_policy: "refusal of public policies",
  deletion_protection: "protection from deletion",
  disable_execute_api_endpoint: "refusal of the address that AWS gives",
  enable_token_revocation: "revocation of tokens",
  id_token_validity: "life of ID tokens",
  "lifecycle.prevent_destroy": "Terraform's protection from destruction",
  max_session_duration: "longest session",
  mutual_tls_authentication: "mutual TLS",
  permissions_boundary: "permissions boundary",
  recovery_window_in_days: "days to take a deletion back",
  refresh_token_validity: "life of refresh tokens",
  retention_days: "days that lines are kept",
  retention_in_days: "days that lines are kept",
  "rotation.rotation_period": "time between two reminders",
  "rotation_rules.automatically_after_days": "days between two rotations",
  "settings.throttling_burst_limit": "burst that passes",
  "settings.throttling_rate_limit": "requests a second that pass",
  throttling_burst_limit: "burst that passes",
  throttling_rate_limit: "requests a second that pass",
  threshold: "number that sets the alarm off",
  "versioning_configuration.status": "keeping of versions",
};

/** `log group access` of `aws_cloudwatch_log_group.access`; the address itself where nothing says more. */
export function thingOf(address: string): string {
  const [type = "", name = ""] = address.split(".");
  const { kind, named } = typeOf(type);
  const word = kind ?? named?.[0];
  return word === undefined ? address : `${word} ${name.replaceAll("_", "-")}`;
}
