import { BINDING, removed } from "./covered";
import type { ResourceType } from "./resource-type";
import { on } from "./strength";

export const FEDERATION: Readonly<Record<string, ResourceType>> = {
  google_iam_workload_identity_pool: {
    named: ["workload identity pool", "workload_identity_pool_id"],
    replaces: ["project", "workload_identity_pool_id"],
    loss: "the workload identity pool: its ID is blocked for 30 days, and no call succeeds until roles are bound to another pool",
    covered: [/^(disabled|workload_identity_pool_id)$/],
    going: { state: /^DELETED$/ },
    restore: ({ workload_identity_pool_id, project }) =>
      `gcloud iam workload-identity-pools undelete ${workload_identity_pool_id} --location=global --project=${project}`,
    guards: { disabled: on },
  },
  google_iam_workload_identity_pool_provider: {
    replaces: ["project", "workload_identity_pool_id", "workload_identity_pool_provider_id"],
    loss: "the pool's provider: its ID is blocked for 30 days, and no call succeeds until there is another provider",
    covered: [
      /^(attribute_condition|attribute_mapping\b.*|disabled|workload_identity_pool_id|workload_identity_pool_provider_id)$/,
      /^(aws\.account_id|oidc\.issuer_uri)$/,
      removed(/^oidc\.allowed_audiences$/),
    ],
    going: { state: /^DELETED$/ },
    restore: ({ workload_identity_pool_id, workload_identity_pool_provider_id, project }) =>
      `gcloud iam workload-identity-pools providers undelete ${workload_identity_pool_provider_id} ` +
      `--workload-identity-pool=${workload_identity_pool_id} --location=global --project=${project}`,
    guards: { disabled: on },
  },
  google_service_account: {
    named: ["service account", "account_id"],
    replaces: ["account_id", "project"],
    loss: "the identity: grants to it elsewhere name a deleted account, even if you create one of the same name",
    covered: [/^(account_id|disabled)$/],
    guards: { disabled: on },
  },
  google_service_account_iam_binding: {
    kind: "service account",
    replaces: ["role", "service_account_id"],
    covered: BINDING,
  },
};
