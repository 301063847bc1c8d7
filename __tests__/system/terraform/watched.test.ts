import { type Plan, planned, referencesOf } from "../../support/plan";
import { changesOf } from "../../support/plan-changes";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { watchedDev, watchedPreview, watchedRest } from "../../support/watched";

const WATCHING = /^(aws_cloudwatch_(composite_alarm|dashboard|log_metric_filter|metric_alarm)|google_monitoring_\w+)\./;

describeTerraform("alarms, objectives and dashboards", () => {
  describe.each([
    ["a REST API and reserved concurrency", small(watchedRest())],
    ["the shared-issuer handshake", small(watchedPreview())],
  ])("%s", (_, intent) => {
    let stack: TerraformStack;
    let plan: Plan;
    beforeAll(() => {
      stack = TerraformStack.of(intent);
      plan = stack.plan();
    });

    test("everything is planned, and the names are known before an apply", () => {
      const changes = changesOf(plan).filter((change) => WATCHING.test(change));
      expect(changes.filter((change) => !change.endsWith(" create"))).toEqual([]);
      const types = new Set(changes.map((change) => change.split(".")[0]));
      expect([...types].sort()).toEqual([
        "aws_cloudwatch_composite_alarm",
        "aws_cloudwatch_dashboard",
        "aws_cloudwatch_log_metric_filter",
        "aws_cloudwatch_metric_alarm",
        "google_monitoring_dashboard",
        "google_monitoring_service",
        "google_monitoring_slo",
      ]);
      expect(planned(plan, "aws_cloudwatch_dashboard.dashboard").dashboard_name).toBe(intent.prefix);
      expect(referencesOf(plan, "google_monitoring_dashboard.dashboard_google", "dashboard_json")).toContain(
        "google_monitoring_slo.orders_availability.name",
      );
    });

    applying("after an apply, the same configuration changes nothing", () => {
      stack.apply();
      stack.expectNoChanges();
    });
  });

  describe("of an HTTP API", () => {
    const intent = small(watchedDev());
    const without = small(intentOf("dev"));
    const others = (changes: readonly string[]) => changes.filter((change) => !WATCHING.test(change));
    // The stage's log format has an additional number, and Cloud Monitoring is enabled.
    const shared = ["aws_apigatewayv2_stage.gateway update"];
    let stack: TerraformStack;

    applying("adding them to an existing environment changes nothing else, and the next plan is empty", () => {
      stack = TerraformStack.of(without);
      stack.deploy();
      const changes = stack.lay(intent).changes();
      expect(others(changes)).toEqual([...shared, "google_project_service.monitoring create"]);
      stack.apply();
      stack.expectNoChanges();
    });

    applying("a renamed service keeps its alarms and objectives", () => {
      const services = intent.services.map((each) => ({ ...each, key: "sales" }));
      const changes = stack.lay({ ...intent, services }).changes();
      expect(changes.filter((change) => WATCHING.test(change))).toEqual([]);
    });

    applying("removing them changes nothing else", () => {
      const gone = stack.lay(without).changes();
      expect(others(gone)).toEqual([...shared, "google_project_service.monitoring delete"]);
      expect(gone.length).toBeGreaterThan(40);
    });
  });
});
