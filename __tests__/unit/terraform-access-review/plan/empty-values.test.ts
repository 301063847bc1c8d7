import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { type Fixture, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { planned } from "../../../fixtures/plans/synthetic";

const SERVICE = "google_cloud_run_v2_service.orders";

/** The empty values that hashicorp/google 6.50.0 reads back where nothing is set. */
const EMPTY = { annotations: {}, labels: {}, encryption_key: "", session_affinity: null };
const EMPTY_CONTAINER = { working_dir: "", base_image_uri: "" };

// biome-ignore lint/suspicious/noExplicitAny: attributes of a plan
type Json = any;

function withEmpty(service: Json): Json {
  const [template] = service.template;
  const containers = template.containers.map((each: Json) => ({ ...each, ...EMPTY_CONTAINER }));
  return {
    ...service,
    template: [{ ...template, ...EMPTY, containers }],
    annotations: {},
    description: service.description ?? "",
  };
}

/** The plan as the real provider makes it: with empty values in the state, and a refresh that found them. */
function asRealProvider({ plan, ...rest }: Fixture): Fixture {
  const found = plan.resource_changes?.find(({ address }) => address === SERVICE);
  if (found?.change.before == null) throw new Error("no such change");
  const before = withEmpty(found.change.before);
  const changes = plan.resource_changes?.map((each) =>
    each === found ? { ...each, change: { ...each.change, before } } : each,
  );
  const drift = { ...found, change: { actions: ["update"], before: found.change.before, after: before } };
  const changed = { ...plan, resource_changes: changes, resource_drift: [...(plan.resource_drift ?? []), drift] };
  return { ...rest, plan: changed as PlanJson };
}

test.each(["image-changed", "secret-version-raised"])(
  "in the plan %s, empty values of the real provider are no change",
  (name) => {
    const plan = fixture(name);
    expect(modelOf(asRealProvider(plan))).toEqual(modelOf(plan));
  },
);

/** A plan that repairs a service with another image. The refresh also read empty values, which the last apply did not record. */
function repaired(found: (service: Json) => Json): Fixture {
  const { plan, ...rest } = fixture("nothing-changed");
  const root = plan.prior_state?.values?.root_module;
  const service = root?.resources?.find(({ address }) => address === SERVICE);
  if (service?.values === undefined) throw new Error("no such service");
  const recorded: Json = service.values;
  const changed = structuredClone(recorded);
  changed.template[0].containers[0].image = "europe-docker.pkg.dev/elsewhere/x:1";
  const now = found(changed);
  const others = plan.resource_changes?.filter(({ address }) => address !== SERVICE) ?? [];
  const resources = root?.resources?.map((each) => (each === service ? { ...each, values: now } : each)) ?? [];
  const repairing: PlanJson = {
    ...plan,
    resource_changes: [...others, planned(SERVICE, { before: now, after: recorded })],
    resource_drift: [planned(SERVICE, { before: recorded, after: now })],
    prior_state: { values: { root_module: { ...root, resources } } },
  };
  return { ...rest, plan: repairing };
}

test("in the plan that repairs a service, empty values of the real provider are no change", () => {
  const { drift, driftAccess, ...change } = modelOf(repaired(withEmpty));
  expect({ drift, driftAccess, ...change }).toEqual(modelOf(repaired((service) => service)));
  const guards = [...change.access.guards, ...(driftAccess?.guards ?? [])].map(({ guard }) => guard);
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
