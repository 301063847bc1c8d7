import { added } from "./covered";
import type { ResourceType } from "./resource-type";
import { higher, is, life, on, ranked, unlessOff } from "./strength";

export const COGNITO: Readonly<Record<string, ResourceType>> = {
  aws_cognito_resource_server: {
    replaces: ["identifier", "user_pool_id"],
    covered: [/^(identifier|name|scope(\[[^\]]*\])?(\.scope_(name|description))?)$/],
  },
  aws_cognito_user_pool: {
    named: ["user pool", "name"],
    replaces: ["alias_attributes", "username_attributes"],
    loss: "every user of the pool, and the IDs of all its clients",
    covered: [
      /^(name|deletion_protection|mfa_configuration|user_pool_tier|admin_create_user_config\.allow_admin\w+)$/,
      /^password_policy\.(minimum_length|require_\w+|temporary_password_validity_days)$/,
      /^software_token_mfa_configuration\.enabled$/,
      /^lambda_config(?!\.kms_key_id)\b/,
    ],
    guards: {
      deletion_protection: is("ACTIVE"),
      mfa_configuration: (value, attributes) => ranked("OFF", "OPTIONAL", "ON")(value ?? "OFF", attributes),
      "password_policy.minimum_length": higher(8),
      "password_policy.require_lowercase": on,
      "password_policy.require_numbers": on,
      "password_policy.require_symbols": on,
      "password_policy.require_uppercase": on,
      // Cognito reads 0 as its default, not as a number of days.
      "password_policy.temporary_password_validity_days": (value) => -(Number(value) || 7),
      "software_token_mfa_configuration.enabled": on,
      user_pool_tier: (value, attributes) => ranked("LITE", "ESSENTIALS", "PLUS")(value ?? "ESSENTIALS", attributes),
    },
  },
  aws_cognito_user_pool_client: {
    kind: "app client",
    replaces: ["generate_secret", "user_pool_id"],
    loss: "its client ID and secret: its users need the new ones",
    covered: [
      /^(name|allowed_oauth_flows|allowed_oauth_flows_user_pool_client|allowed_oauth_scopes|callback_urls|explicit_auth_flows|generate_secret)$/,
      added(/^supported_identity_providers$/),
      /^(logout_urls|enable_token_revocation|prevent_user_existence_errors|\w+_token_validity)$/,
      /^token_validity_units\b/,
    ],
    guards: {
      access_token_validity: life("access_token"),
      enable_token_revocation: unlessOff,
      id_token_validity: life("id_token"),
      prevent_user_existence_errors: is("ENABLED"),
      refresh_token_validity: life("refresh_token"),
    },
    opensOutside: ["read_attributes", "write_attributes"],
  },
  aws_cognito_user_pool_domain: {
    kind: "user pool",
    replaces: ["domain", "user_pool_id"],
    loss: "the address where people sign in and programs get tokens",
    // Another address of the same pool.
    covered: [/^domain$/],
    isHarmlessAlone: true,
  },
};
