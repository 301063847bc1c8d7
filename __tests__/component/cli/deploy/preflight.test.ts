import { obstacles } from "../../../../cli/deploy/preflight";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";

function found(name: string, change: (each: ReturnType<typeof fixture>) => void = () => {}) {
  const each = structuredClone(fixture(name));
  change(each);
  return obstacles(each.plan, modelOf(each), each.head);
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
