import { obstacles } from "../../../../cli/deploy/preflight";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";

function found(
  name: string,
  change: (each: ReturnType<typeof fixture>) => void = () => {},
  intent: { readonly twinOf?: string } = {},
) {
  const each = structuredClone(fixture(name));
  change(each);
  return obstacles(each.plan, modelOf(each), each.head, intent);
}

test.each(["first-deploy", "service-removed", "pool-replaced", "secret-mounted"])(
  "%s can be applied to its end",
  (name) => {
    expect(found(name)).toEqual([]);
  },
);

test("a resource that the cloud protects from deletion stops a deploy before it begins", () => {
  const lines = found("service-removed", ({ plan }) => {
    for (const { address, values } of plan.prior_state?.values?.root_module?.resources ?? []) {
      if (address === "google_cloud_run_v2_service.catalog") Object.assign(values ?? {}, { deletion_protection: true });
    }
  });
  expect(lines).toEqual([
    "google_cloud_run_v2_service.catalog is destroyed, and the cloud protects it from deletion\n" +
      "    first deploy with protect: false in the environment's file, then remove the resource",
  ]);
});

test("a deployed environment cannot become a twin, whose user pool would be destroyed, protected or not", () => {
  const withoutPool = (each: ReturnType<typeof fixture>) => {
    for (const { type, change } of each.plan.resource_changes ?? [])
      if (type === "aws_cognito_user_pool") Object.assign(change, { actions: ["delete"], after: null });
  };
  const lines = found("pool-replaced", withoutPool, { twinOf: "prod" });
  expect(lines.map((line) => line.split(" is destroyed")[0])).toEqual(["aws_cognito_user_pool.customers"]);
  expect(found("pool-replaced", withoutPool)).toEqual([]);
});

test("protection of a resource that stays does not stop a deploy", () => {
  expect(found("protection-off")).toEqual([]);
});

test("a secret that the same deploy creates has no version to mount", () => {
  const lines = found("first-deploy", ({ head }) => {
    const service = head.stack.resource.google_cloud_run_v2_service?.orders as { template: { containers: object[] } };
    Object.assign(service.template.containers[0] ?? {}, {
      env: [
        {
          name: "PAYMENT_KEY",
          value_source: {
            secret_key_ref: { secret: "${google_secret_manager_secret.orders_payment_key.secret_id}", version: "1" },
          },
        },
      ],
    });
  });
  expect(lines).toEqual([
    "google_cloud_run_v2_service.orders mounts google_secret_manager_secret.orders_payment_key, which this deploy creates without a version\n" +
      "    deploy without `version`, add one with gcloud secrets versions add, then pin it",
  ]);
});
