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
 * Rollouts whose other revision does not serve calls now, or has Envoy's rules of before. Its name is made of the whole
 * template with the image before, so it exists only if that image was deployed with today's settings and rules. A name
 * does not tell a rule that refers to another resource, such as a user pool's URL, from its former value: the plan does.
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
          ? `${address}: the image before runs as ${revision}, with other rules of Envoy than this plan\n` +
            "    deploy the rules first, with the image before and rollout: { percent: 100 }; a new environment variable\n" +
            "    gives its revision another name"
          : `${address}: the image before would run as ${revision}, which serves no calls now\n` +
            "    its settings or Envoy's rules differ from what is deployed, or rollout was not set when it was deployed\n" +
            "    deploy the image before first, with rollout: { percent: 100 } and the settings of today",
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
