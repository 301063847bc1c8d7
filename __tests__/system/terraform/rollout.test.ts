import { unknownRevisions } from "../../../cli/plan/revisions";
import type { Intent } from "../../../intent/model/intent";
import type { PlanJson } from "../../../packages/terraform-access-review/plan/plan-json";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

const OLD = "europe-docker.pkg.dev/acme/shop/orders:1.14.1";
const SERVICE = "google_cloud_run_v2_service.orders";

/** An environment whose orders service has another image and this rollout. */
function rolling(environment: string, image: string | undefined, rollout: object): Intent {
  const intent = small(intentOf(environment));
  const services = intent.services.map((service) =>
    service.id === "orders" ? { ...service, ...(image && { image }), rollout } : service,
  );
  return { ...intent, services } as Intent;
}

describeTerraform("a rollout", () => {
  describe.each<[string, readonly number[]]>([
    ["dev", [10, 0, 100]],
    ["preview", [10]],
  ])("in %s", (environment, shares) => {
    applying("starts, is promoted and is aborted, each with one change, and a second plan is empty", () => {
      const stack = TerraformStack.of(rolling(environment, OLD, { percent: 100 }));
      stack.deploy();
      for (const percent of shares) {
        stack.lay(rolling(environment, undefined, { percent, from: OLD }));
        const plan = stack.plan();
        expect(unknownRevisions(plan as unknown as PlanJson)).toEqual([]);
        expect(stack.changes()).toEqual([`${SERVICE} update`]);
        stack.apply();
        stack.expectNoChanges();
      }
    });
  });

  applying("from a revision that does not serve calls is found in the plan", () => {
    const stack = TerraformStack.of(small(intentOf("dev")));
    stack.deploy();
    const plan = stack.lay(rolling("dev", undefined, { percent: 10, from: OLD })).plan();
    expect(unknownRevisions(plan as unknown as PlanJson)).toEqual([expect.stringContaining(`${SERVICE}: `)]);
  });
});
