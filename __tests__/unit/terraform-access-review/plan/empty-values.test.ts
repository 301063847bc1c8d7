import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { planned } from "../../../fixtures/plans/synthetic";

const SERVICE = "google_cloud_run_v2_service.orders";

// biome-ignore lint/suspicious/noExplicitAny: attributes of a plan
type Json = any;

/** Google's provider records no empty maps and lists at an apply. The next refresh reads them. */
function recorded(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(recorded);
  const entries = Object.entries<Json>(value);
  const isEmpty = (each: Json) => typeof each === "object" && each !== null && Object.keys(each).length === 0;
  return Object.fromEntries(entries.map(([name, each]) => [name, isEmpty(each) ? null : recorded(each)]));
}

test("the plan that repairs a service shows what it repairs, and no empty value that the refresh read", () => {
  const { plan, ...rest } = fixture("nothing-changed");
  const root = plan.prior_state?.values?.root_module;
  const service = root?.resources?.find(({ address }) => address === SERVICE);
  const found: Json = structuredClone(service?.values);
  expect(recorded(found)).not.toEqual(found);
  found.template[0].containers[0].image = "europe-docker.pkg.dev/elsewhere/x:1";
  const others = plan.resource_changes?.filter(({ address }) => address !== SERVICE) ?? [];
  const resources = root?.resources?.map((each) => (each === service ? { ...each, values: found } : each)) ?? [];
  const repairing: PlanJson = {
    ...plan,
    resource_changes: [...others, planned(SERVICE, { before: found, after: service?.values })],
    resource_drift: [planned(SERVICE, { before: recorded(service?.values), after: found })],
    prior_state: { values: { root_module: { ...root, resources } } },
  };
  const { drift, driftAccess, access, resources: changes } = modelOf({ ...rest, plan: repairing });
  const paths = [...drift, ...changes].flatMap(({ attributes }) => attributes.map(({ path }) => path));
  expect([...new Set(paths)]).toEqual(["template.containers[0].image"]);
  const guards = [...access.guards, ...(driftAccess?.guards ?? [])].map(({ guard }) => guard);
  expect([...new Set(guards)]).toEqual(["template.containers.image"]);
});

test("annotations that the provider computes for a canary are no change of access", () => {
  const { plan, ...rest } = fixture("image-changed");
  const canary = (side: Json) => ({ ...side, effective_annotations: { "run.googleapis.com/client-name": "gcloud" } });
  const changes = plan.resource_changes?.map((each) =>
    each.address === SERVICE ? { ...each, change: { ...each.change, before: canary(each.change.before) } } : each,
  );
  const { guards } = modelOf({ ...rest, plan: { ...plan, resource_changes: changes } as PlanJson }).access;
  expect(guards).toEqual(modelOf({ ...rest, plan }).access.guards);
});
