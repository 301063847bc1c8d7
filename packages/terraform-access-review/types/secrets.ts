import { isReferenceTo } from "../terraform-json/references";
import { isEnvoyConfiguration } from "../terraform-json/secrets";
import { added, BINDING, known, removed, STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";
import { higher, on, shorterInterval } from "./strength";

export const SECRETS: Readonly<Record<string, ResourceType>> = {
  aws_secretsmanager_secret: {
    named: ["AWS secret", "name"],
    kind: "secret",
    replaces: ["name", "name_prefix"],
    loss: "the secret's value, and its name during its recovery window",
    covered: [/^(name|recovery_window_in_days)$/],
    guards: { recovery_window_in_days: higher(30) },
    ownedBy: { policy: { type: "aws_secretsmanager_secret_policy", of: "secret_arn" } },
  },
  aws_secretsmanager_secret_policy: {
    kind: "secret",
    replaces: ["secret_arn"],
    covered: [/^block_public_policy$/, STATEMENTS],
    guards: { block_public_policy: on },
    protection: { words: "a policy that denies all but its readers" },
  },
  aws_secretsmanager_secret_rotation: {
    // Rows report its function only if that is in this stack.
    isRead: ({ rotation_lambda_arn }) => isReferenceTo(rotation_lambda_arn, "aws_lambda_function.arn"),
    kind: "secret",
    replaces: ["secret_id"],
    covered: [
      /^(rotation_enabled|rotation_rules\.automatically_after_days)$/,
      known(/^(rotation_lambda_arn|secret_id)$/),
    ],
    guards: { "rotation_rules.automatically_after_days": (value) => -Number(value ?? Number.POSITIVE_INFINITY) },
    protection: { of: "secret_id" },
    opensOutside: ["rotation_enabled"],
  },
  aws_secretsmanager_secret_version: {
    expressions: ["secret_string_wo"],
    kind: "secret",
    replaces: ["secret_id", "secret_string_wo_version"],
    // The labels of a rotated secret's versions belong to its rotation.
    harmlessOutside: ["version_stages"],
    // A secret's value is hidden. A guard covers the references in it.
    covered: [/^(secret_string_wo|secret_string_wo_version|version_stages)$/],
  },
  google_pubsub_topic: {
    named: ["topic", "name"],
    replaces: ["name", "project"],
    loss: "its subscriptions, which receive nothing more",
    covered: [/^name$/],
  },
  google_pubsub_topic_iam_binding: { replaces: ["project", "role", "topic"], covered: BINDING },
  google_secret_manager_secret: {
    expressions: ["rotation"],
    named: ["Google secret", "secret_id"],
    kind: "secret",
    replaces: ["project", "replication", "secret_id"],
    loss: "every version of the secret: its values are gone at once",
    covered: [
      /^(annotations\b.*|deletion_protection|secret_id)$/,
      // Where the copies are, with Google's own keys.
      { path: /^replication\b/, where: ({ before, after }) => !isEncrypted([before, after]) },
      // A reminder opens nothing. A guard covers its interval.
      /^rotation\b/,
      added(/^topics\b/),
      // The guard of the interval reports that reminders end.
      removed(/^topics$/),
    ],
    guards: { deletion_protection: on, "rotation.rotation_period": shorterInterval },
    // With it, Google deletes the secret.
    opensOutside: ["expire_time"],
    harmlessOutside: ["rotation[0].next_rotation_time"],
  },
  google_secret_manager_secret_iam_binding: {
    kind: "secret",
    replaces: ["project", "role", "secret_id"],
    covered: BINDING,
  },
  google_secret_manager_secret_version: {
    // Its content comes from the stack, so another apply restores it.
    kind: "secret",
    replaces: ["is_secret_data_base64", "secret", "secret_data", "secret_data_wo_version"],
    // The ledger reads Envoy's configuration. The contents of any other secret are not covered.
    covered: [/^secret_data\./, /^(create_time|deletion_policy|name|version)$/],
    // The ledger reads Envoy's configuration in every service that mounts it. No row reports the effect of another secret.
    isRead: ({ secret_data }) => isEnvoyConfiguration(secret_data),
  },
};

/** Whether a replication has a key of the customer, at any depth. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "string" && value.includes("cryptoKeys");
  return Object.entries(value).some(([name, inner]) => name === "customer_managed_encryption" || isEncrypted(inner));
}
