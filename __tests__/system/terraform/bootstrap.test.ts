import { planned } from "../../support/plan";
import { bootstraps } from "../../support/shop";
import { applying, describeTerraform, synthesizedBootstrap, TerraformStack } from "../../support/terraform-stack";

describeTerraform("bootstrap stacks", () => {
  // Staging has the settings of dev.
  test.each(bootstraps().filter(({ environment }) => environment !== "staging"))(
    "an empty account gets every resource of $stack",
    (bootstrap) => {
      const plan = new TerraformStack(synthesizedBootstrap(bootstrap.environment)).plan();
      expect(new Set(plan.resource_changes.flatMap(({ change }) => change.actions))).toEqual(new Set(["create"]));
      expect(planned(plan, "aws_s3_bucket.state").bucket).toBe(bootstrap.bucket.name);
      expect(planned(plan, "google_service_account.deploy").account_id).toBe(bootstrap.deploy.name);
    },
  );

  applying("after an apply, a plan changes nothing, and no plan deletes the state's bucket", () => {
    const stack = new TerraformStack(synthesizedBootstrap("prod"));
    stack.deploy();
    stack.expectNoChanges();
    const destroyed = stack.run("plan", "-destroy", "-lock=false");
    expect(destroyed).toEqual({ code: 1, output: expect.stringContaining("Instance cannot be destroyed") });
  });
});
