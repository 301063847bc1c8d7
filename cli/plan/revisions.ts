import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { targetsOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import { type Attributes, blocksOf } from "../../packages/terraform-access-review/terraform-json/stack-json";

interface ServiceChange {
  readonly address: string;
  readonly before: Attributes;
  readonly after: Attributes;
}

/**
 * Rollouts whose other revision does not serve calls now, or has Envoy's previous rules. The revision's name is derived
 * from the whole template with the previous image, so it exists only if that image was deployed with the current
 * settings and rules. The name stays the same if a value that a rule refers to, such as a user pool's URL, changes: only
 * the plan shows that.
 */
export function unknownRevisions(plan: PlanJson): readonly string[] {
  return servicesOf(plan).flatMap(({ address, before, after }) => {
    const own = revisionOf(after);
    const asked = targetsOf(after.traffic).flatMap(({ revision }) =>
      revision === undefined ? [] : [String(revision)],
    );
    const serving = [revisionOf(before), ...targetsOf(before.traffic).map(({ revision }) => revision)];
    return asked
      .filter((revision) => revision !== own && !(serving.includes(revision) && rulesOf(before) === rulesOf(after)))
      .map((revision) =>
        serving.includes(revision)
          ? `${address}: the previous image runs as ${revision}, whose Envoy rules differ from this plan\n` +
            "    deploy the rules first, with the previous image and rollout: { percent: 100 }; a new environment variable\n" +
            "    gives its revision another name"
          : `${address}: the previous image would run as ${revision}, which serves no calls now\n` +
            "    its settings or Envoy's rules differ from what is deployed, or rollout was not set when it was deployed\n" +
            "    deploy the previous image first, with rollout: { percent: 100 } and the current settings",
      );
  });
}

/** Envoy's configuration, or the name of its file; missing in a plan if it is known only after the apply. */
function rulesOf({ template }: Attributes): string {
  const [{ containers = undefined } = {}] = blocksOf(template);
  return canonical(blocksOf(containers).find(({ name }) => name === ENVOY)?.args ?? []);
}

/** Name of Envoy's container. */
const ENVOY = "envoy";

/** Cloud Run services that exist after the apply. */
export function servicesOf({ resource_changes = [] }: PlanJson): readonly ServiceChange[] {
  return resource_changes.flatMap(({ address, type, change }) =>
    type === "google_cloud_run_v2_service" && change.after
      ? [{ address, before: (change.before ?? {}) as Attributes, after: change.after as Attributes }]
      : [],
  );
}

/** The name that a template gives its revision; undefined if Cloud Run names it. */
export function revisionOf({ template }: Attributes): string | undefined {
  const [{ revision = undefined } = {}] = blocksOf(template);
  return revision === undefined || revision === null || revision === "" ? undefined : String(revision);
}
