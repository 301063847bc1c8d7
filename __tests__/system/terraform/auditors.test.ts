import { auditedDev, auditedPreview } from "../../support/auditors";
import { everythingOfRest } from "../../support/everything";
import { planned } from "../../support/plan";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

const OF_AUDITORS = /auditors|query_definition|google_project_service\.logging/;

describeTerraform("auditors", () => {
  describe.each([
    { name: "of a REST API with a firewall", intent: small(everythingOfRest()), accessLog: "rest_access" },
    { name: "where the gateway decides", intent: small(auditedPreview()), accessLog: "access" },
  ])("$name", ({ intent, accessLog }) => {
    let stack: TerraformStack;

    test("both clouds keep logs for the same number of days", () => {
      stack = TerraformStack.of(intent);
      const plan = stack.plan();
      expect(planned(plan, "google_logging_project_bucket_config.auditors").retention_days).toBe(
        planned(plan, `aws_cloudwatch_log_group.${accessLog}`).retention_in_days,
      );
    });

    applying("after an apply, the same configuration changes nothing", () => {
      stack.apply();
      stack.expectNoChanges();
    });
  });

  applying("adding and removing them changes nothing else in the environment", () => {
    const audited = small(auditedDev());
    const { auditors: _, ...unaudited } = audited;
    const stack = TerraformStack.of(unaudited);
    stack.deploy();
    const coming = stack.lay(audited).changes();
    expect(coming.filter((change) => !change.endsWith(" create") || !OF_AUDITORS.test(change))).toEqual([]);
    expect(coming.length).toBeGreaterThan(5);
    stack.apply();
    stack.expectNoChanges();
    expect(stack.lay(unaudited).changes()).toEqual(coming.map((change) => change.replace(/ create$/, " delete")));
  });
});
