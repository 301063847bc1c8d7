import type { PlanJson } from "../../review/plan/plan-json";

interface Container {
  readonly name?: string;
}

/**
 * Services that the apply itself would open to everybody. IAM's check goes off at once, and the revision before answers
 * until the new one is ready, or for good where it never gets ready: so it must have Envoy already.
 */
export function openRevisions({ resource_changes = [] }: PlanJson): readonly string[] {
  return resource_changes.flatMap(({ address, type, change }) => {
    if (type !== "google_cloud_run_v2_service" || !change.before || !change.after) return [];
    const [before, after] = [change.before, change.after] as [Attributes, Attributes];
    const goesOff = after.invoker_iam_disabled === true && before.invoker_iam_disabled !== true;
    if (!goesOff || containersOf(before).some(({ name }) => name === "envoy")) return [];
    return [
      `${address}: IAM's check goes off, and the revision that answers meanwhile has no Envoy: anyone could call it`,
    ];
  });
}

type Attributes = Readonly<Record<string, unknown>>;

function containersOf({ template }: Attributes): readonly Container[] {
  const [{ containers = [] } = {}] = [template].flat() as { readonly containers?: readonly Container[] }[];
  return containers;
}
