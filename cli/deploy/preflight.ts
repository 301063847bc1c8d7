import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import { referred, resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";

/**
 * Problems that would stop an apply half-way, as far as plan and stack show them. Image digests are not checked here:
 * where an environment requires them, a config rule refuses the synthesis.
 */
export function obstacles(plan: PlanJson, model: ChangeModel, { stack }: SynthesizedState): readonly string[] {
  return [...protectedLosses(plan, model), ...emptySecrets(model, stack)];
}

/** The argument by which each cloud protects a resource from deletion. */
const PROTECTED: Readonly<Record<string, (value: unknown) => boolean>> = {
  aws_cognito_user_pool: (value) => value === "ACTIVE",
  google_cloud_run_v2_service: (value) => value !== false,
  google_secret_manager_secret: (value) => value === true,
};

function protectedLosses(plan: PlanJson, { resources }: ChangeModel): readonly string[] {
  const state = new Map(stateOf(plan).map((each) => [each.address, each]));
  return resources.flatMap(({ address, type, action }) => {
    const isProtected = PROTECTED[type];
    const gone = action === "destroyed" || action === "replaced";
    if (!gone || isProtected === undefined) return [];
    const values = state.get(address)?.values;
    if (values === undefined || !isProtected(values.deletion_protection)) return [];
    return [
      `${address} is ${action}, and the cloud protects it from deletion\n` +
        "    first deploy with protect: false in the environment's file, then remove the resource",
    ];
  });
}

/**
 * A person adds the version after the deploy that creates the secret. A service that mounts the secret in the same
 * deploy cannot start.
 */
function emptySecrets({ resources }: ChangeModel, stack: SynthesizedState["stack"]): readonly string[] {
  const made = new Set(
    resources
      .filter(({ type, action }) => type === "google_secret_manager_secret" && /^(added|replaced)$/.test(action))
      .map(({ address }) => address),
  );
  // Terraform itself adds the version of Envoy's configuration.
  for (const { attributes } of resourcesOf(stack, "google_secret_manager_secret_version")) {
    made.delete(referred(stack, attributes.secret)?.address ?? "");
  }
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes }) => {
    const mounted = texts(attributes.template).flatMap(referencesIn);
    return [...new Set(mounted.map(({ address: secret }) => secret))]
      .filter((secret) => made.has(secret))
      .map(
        (secret) =>
          `${address} mounts ${secret}, which this deploy creates without a version\n` +
          "    deploy without `version`, add one with gcloud secrets versions add, then pin it",
      );
  });
}
