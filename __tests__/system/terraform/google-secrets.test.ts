import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SynthesizedState } from "../../../packages/terraform-access-review/model/state";
import { changeOfPlan, type PlanContext } from "../../../packages/terraform-access-review/plan/from-plan";
import type { PlanJson } from "../../../packages/terraform-access-review/plan/plan-json";
import { SECRET_SETTINGS, secretsDev } from "../../support/secret-settings";
import { small } from "../../support/small";
import {
  applying,
  describeTerraform,
  type StateResource,
  synthesized,
  TerraformStack,
} from "../../support/terraform-stack";

const ADDRESS = "google_secret_manager_secret.orders_database_url";
const DAY = 86_400_000;

const settings = (rotateEveryDays?: number) =>
  small(
    secretsDev({
      ...SECRET_SETTINGS,
      orders: {
        DATABASE_URL: { version: 3, ...(rotateEveryDays && { rotateEveryDays }) },
        // Another secret already has reminders, so their topic exists.
        PAYMENT_KEY: { rotateEveryDays: 365 },
      },
    }),
  );

/** A synthesized state in the form that a review reads. */
const stateIn = (folder: string): SynthesizedState => ({
  stack: JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")),
});

interface Rotation {
  next_rotation_time: string;
  rotation_period: string;
}

function rotationIn({ resources }: { readonly resources: readonly StateResource[] }): Rotation {
  const found = resources.find(({ type, name }) => `${type}.${name}` === ADDRESS);
  return found?.instances[0]?.attributes.rotation[0];
}

describeTerraform("a Google secret with rotation reminders", () => {
  let stack: TerraformStack;
  const state = () => JSON.parse(readFileSync(join(stack.folder, "scratch.tfstate"), "utf8"));

  applying("gets its first reminder the configured number of days after the apply", () => {
    stack = TerraformStack.of(settings());
    stack.deploy(); // without reminders, so that the next apply adds them to an existing secret
    const before = Date.now();
    expect(stack.lay(settings(30)).changes()).toEqual([`${ADDRESS} update`]);
    stack.apply();
    const { next_rotation_time, rotation_period } = rotationIn(state());
    expect(rotation_period).toBe("2592000s");
    expect(next_rotation_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    // Terraform's times have whole seconds.
    expect(Date.parse(next_rotation_time)).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000 + 30 * DAY);
    expect(Date.parse(next_rotation_time)).toBeLessThanOrEqual(Date.now() + 30 * DAY);
  });

  applying("has an empty plan afterwards, whether or not Google has set the next date", () => {
    stack.expectNoChanges();
    stack.editState((edited) => {
      rotationIn(edited).next_rotation_time = "2031-01-02T03:04:05Z";
    });
    expect(stack.changes()).toEqual([]);
  });

  applying("has drifted if the period is changed by hand, but not if Google sets the next date", () => {
    const head = stateIn(stack.folder);
    const plan = stack.terraform.json("show", "-json", "plan") as PlanJson;
    const found = plan.prior_state?.values?.root_module?.resources?.find(({ address }) => address === ADDRESS);
    const drifted = (now: object) => {
      const before = found?.values as { readonly rotation: readonly object[] };
      const after = { ...before, rotation: [{ ...before.rotation[0], ...now }] };
      const [type, name] = ADDRESS.split(".");
      const drift = [{ address: ADDRESS, mode: "managed", type, name, change: { actions: ["update"], before, after } }];
      const json = { ...plan, resource_drift: drift } as unknown as PlanJson;
      return changeOfPlan("dev", json, { head, base: head }).drift.flatMap(({ attributes }) => attributes);
    };
    expect(drifted({ next_rotation_time: "2032-01-01T00:00:00Z" })).toEqual([]);
    expect(drifted({ rotation_period: "7200s", next_rotation_time: "2032-01-01T00:00:00Z" })).toEqual([
      expect.objectContaining({ path: "rotation.rotation_period", before: "2592000s", after: "7200s" }),
    ]);
  });

  applying("changes its period in place, and keeps the next date that Google set", () => {
    const [base, head] = [30, 60].map((days) => stateIn(synthesized(settings(days))));
    const plan = stack.lay(settings(60)).plan();
    const { access, drift, resources } = changeOfPlan(
      "dev",
      plan as unknown as PlanJson,
      { head, base } as PlanContext,
    );
    expect(resources.map(({ address }) => address)).toEqual([ADDRESS]);
    expect([access.rows, drift]).toEqual([[], []]);
    expect(access.guards.filter(({ address }) => !address.startsWith("provider."))).toEqual([
      expect.objectContaining({ address: ADDRESS, before: '"2592000s"', after: '"5184000s"' }),
    ]);
    stack.apply();
    expect(rotationIn(state())).toEqual({ next_rotation_time: "2031-01-02T03:04:05Z", rotation_period: "5184000s" });
    stack.expectNoChanges();
  });
});
