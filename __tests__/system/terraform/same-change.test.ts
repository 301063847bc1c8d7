import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadIntents } from "../../../intent/load";
import type { Intent } from "../../../intent/model/intent";
import { changeHash } from "../../../packages/terraform-access-review/judge/hash";
import type { ChangeModel } from "../../../packages/terraform-access-review/model/change";
import { GUARDS } from "../../../packages/terraform-access-review/model/change";
import { changeOfPlan } from "../../../packages/terraform-access-review/plan/from-plan";
import type { PlanJson } from "../../../packages/terraform-access-review/plan/plan-json";
import { ROOT } from "../../support/places";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

/** Configs of other shapes than the shop's. The last one has a date that Terraform calculates from the time of a plan. */
const CONFIGS = ["okta-alone", "shared-issuer", "rest-everything"];

const environments = [
  { name: "dev of the shop", intent: small(intentOf("dev")) },
  ...CONFIGS.flatMap((name) => {
    const loaded = loadIntents(join(ROOT, "__tests__", "fixtures", name, "config"));
    return loaded.ok ? loaded.intents.map((intent) => ({ name: `${name} ${intent.environment}`, intent })) : [];
  }),
];

function changeOf(stack: TerraformStack, { environment }: Intent, plan = stack.plan()): ChangeModel {
  const head = { stack: JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8")) };
  return changeOfPlan(environment, plan as unknown as PlanJson, { head, base: "nothing" });
}

describeTerraform("two plans of a stack are the same change", () => {
  describe.each(environments)("$name", ({ intent }) => {
    let stack: TerraformStack;

    test("against an empty state", async () => {
      stack = TerraformStack.of(intent);
      const first = changeHash(changeOf(stack, intent));
      // Terraform's times have whole seconds.
      await delay(1000 - (Date.now() % 1000));
      expect(changeHash(changeOf(stack, intent, stack.planAgain()))).toBe(first);
    });

    applying("against an applied state, without a change", () => {
      stack.apply();
      const { resources, drift, access } = changeOf(stack, intent);
      expect([resources, drift]).toEqual([[], []]);
      // The plan has exactly the stack's configuration, except that no provider has an account here.
      const otherwise = access.guards.filter(({ guard }) => guard === GUARDS.configuration);
      expect(otherwise.map(({ address }) => address)).toEqual(["provider.aws", "provider.google"]);
    });
  });
});
