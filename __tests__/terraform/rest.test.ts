import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/intent";
import { declareStacks } from "../../main";
import type { Plan } from "../support/plan";
import { restDev } from "../support/rest";
import { BUILD } from "../support/stack";

const out = mkdtempSync(join(tmpdir(), "front-door-rest-"));
const intent = restDev();
const scratch = new ScratchStack(synthesized(intent, "now"));
afterAll(() => {
  scratch.remove();
  rmSync(out, { recursive: true });
});
const terraform = new Terraform(findTerraform(), scratch.folder);
const init = terraform.run("init", "-input=false", "-no-color");
const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
// The real providers would call the clouds here: only stand-ins apply without an account.
const applying = standIns ? test : test.skip;

/** Folder of the synthesized stack, in an output folder of its own. */
function synthesized(of: Intent, label: string): string {
  const outdir = join(out, label);
  const app = new App({ outdir });
  declareStacks(app, [of], BUILD);
  app.synth();
  return join(outdir, "stacks", of.environment);
}

/** What a plan of another intent would do to the applied one. */
function changesOf(changed: Intent, label: string): string[] {
  scratch.lay(synthesized(changed, label));
  const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=changed");
  expect(made).toEqual({ code: 0, output: made.output });
  return (terraform.json("show", "-json", "changed") as Plan).resource_changes
    .filter(({ change }) => change.actions.join() !== "no-op")
    .map(({ address, change }) => `${address} ${change.actions.join("+")}`)
    .sort();
}

const withRoutes = (
  change: (routes: Intent["services"][number]["routes"]) => Intent["services"][number]["routes"],
) => ({
  ...intent,
  services: intent.services.map((service) =>
    service.id === "orders" ? { ...service, routes: change(service.routes) } : service,
  ),
});

test("Terraform takes a REST API: init, validate, plan", () => {
  expect(init).toEqual({ code: 0, output: init.output });
  const validate = terraform.run("validate", "-no-color");
  expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
  const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
  expect(made).toEqual({ code: 0, output: made.output });
});

applying("applied, the same configuration changes nothing", () => {
  const apply = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  expect(apply).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
  const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
  expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
});

applying("a throttle changes its settings, and no snapshot", () => {
  const gateway = { ...intent.gateway, throttle: { ratePerSecond: 1, burst: 2 } };
  expect(changesOf({ ...intent, gateway }, "throttle")).toEqual(["aws_api_gateway_method_settings.all update"]);
});

applying("a quota changes a plan, and no snapshot", () => {
  const other = restDev({
    clients: { "reporting-agent": { quota: { requests: 5, per: "week" }, throttle: { ratePerSecond: 2, burst: 4 } } },
  });
  expect(changesOf(other, "quota")).toEqual(["aws_api_gateway_usage_plan.reporting_agent update"]);
});

applying("a route that goes is in the new snapshot no more than in the policy, and the stage moves to it", () => {
  const changes = changesOf(
    withRoutes((routes) => routes.filter(({ key }) => key !== "GET /orders/export")),
    "gone",
  );
  expect(changes).toEqual(
    expect.arrayContaining([
      "aws_api_gateway_deployment.gateway create+delete",
      "aws_api_gateway_integration.orders_get_orders_export delete",
      "aws_api_gateway_method.orders_get_orders_export delete",
      "aws_api_gateway_resource.orders_export delete",
      "aws_api_gateway_stage.gateway update",
      "aws_lambda_function.callers update",
    ]),
  );
  expect(changes.filter((change) => /delete$/.test(change) && !/export|deployment/.test(change))).toEqual([]);
});

applying("a variable's name changes in place", () => {
  const renamed = withRoutes((routes) =>
    routes.map((route) => {
      const path = route.path.replace("{id}", "{orderId}");
      return { ...route, path, key: `${route.method} ${path}` };
    }),
  );
  const changes = changesOf(renamed, "renamed");
  expect(changes).toContain("aws_api_gateway_resource.orders_by update");
  expect(changes).toContain("aws_api_gateway_deployment.gateway create+delete");
  expect(changes.filter((change) => /(create|delete)$/.test(change) && !/deployment/.test(change))).toEqual([]);
});
