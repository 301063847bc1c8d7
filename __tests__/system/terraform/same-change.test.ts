import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadIntents } from "../../../intent/load";
import type { Intent } from "../../../intent/model/intent";
import { changeHash } from "../../../packages/terraform-access-review/change/hash";
import type { ChangeModel } from "../../../packages/terraform-access-review/model/change";
import { CONFIGURATION } from "../../../packages/terraform-access-review/plan/configuration";
import { changeOfPlan } from "../../../packages/terraform-access-review/plan/from-plan";
import type { PlanJson } from "../../../packages/terraform-access-review/plan/plan-json";
import { ROOT } from "../../support/places";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

/** The shipped example, and configs of other shapes. */
const CONFIGS = ["config", ...["okta-alone", "shared-issuer", "rest-everything"].map(fixture)];

function fixture(name: string): string {
  return join("__tests__", "fixtures", name, "config");
}

const environments = CONFIGS.flatMap((config) => {
  const loaded = loadIntents(join(ROOT, config));
  return loaded.ok ? loaded.intents.map((intent) => ({ name: `${config} ${intent.environment}`, intent })) : [];
});

function changeOf(stack: TerraformStack, { environment }: Intent, plan = stack.plan()): ChangeModel {
  const head = { stack: JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8")) };
  return changeOfPlan(environment, plan as unknown as PlanJson, { head, base: "nothing" });
}

// The two plans are seconds apart, because a plan takes more than one second.
describeTerraform("two plans of a stack are the same change", () => {
  describe.each(environments)("$name", ({ intent }) => {
    let stack: TerraformStack;

    test("against an empty state", () => {
      stack = TerraformStack.of(intent);
      const first = changeHash(changeOf(stack, intent));
      expect(changeHash(changeOf(stack, intent, stack.planAgain()))).toBe(first);
    });

    applying("against an applied state, without a change", () => {
      stack.apply();
      const { resources, drift, access } = changeOf(stack, intent);
      expect([resources, drift]).toEqual([[], []]);
      // The plan has exactly the stack's configuration, except that no provider has an account here.
      const otherwise = access.guards.filter(({ guard }) => guard === CONFIGURATION);
      expect(otherwise.map(({ address }) => address)).toEqual(["provider.aws", "provider.google"]);
    });
  });
});
