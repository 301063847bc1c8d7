import type { ChangeModel } from "../../packages/terraform-access-review/change/model";
import type { SynthesizedState } from "../../packages/terraform-access-review/change/state";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import { referred, resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";

/**
 * What would stop an apply half-way, as far as plan and stack tell. That images are named by digest where an environment
 * asks for it is a rule of the config: without, there is no stack.
 */
export function obstacles(plan: PlanJson, model: ChangeModel, { stack }: SynthesizedState): readonly string[] {
  return [...protectedLosses(plan, model), ...emptySecrets(model, stack)];
}

/** How each cloud says that it refuses to delete something. */
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
        "    deploy once with protect: false in the environment's file, then take it away",
    ];
  });
}

/** A version is added by hand after the deploy that makes the secret: a service that mounts it at once cannot start. */
function emptySecrets({ resources }: ChangeModel, stack: SynthesizedState["stack"]): readonly string[] {
  const made = new Set(
    resources
      .filter(({ type, action }) => type === "google_secret_manager_secret" && /^(added|replaced)$/.test(action))
      .map(({ address }) => address),
  );
  // Envoy's configuration gets its version from Terraform.
  for (const { attributes } of resourcesOf(stack, "google_secret_manager_secret_version")) {
    made.delete(referred(stack, attributes.secret)?.address ?? "");
  }
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes }) => {
    const mounted = texts(attributes.template).flatMap(referencesIn);
    return [...new Set(mounted.map(({ address: secret }) => secret))]
      .filter((secret) => made.has(secret))
      .map(
        (secret) =>
          `${address} mounts ${secret}, which this deploy makes, without a version yet\n` +
          "    deploy without `version`, add one with gcloud secrets versions add, then pin it",
      );
  });
}
