import type { Intent, Route } from "../../../intent/model/intent";
import { restDev } from "../../support/rest";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

const intent = small(restDev());

function withRoutes(change: (routes: readonly Route[]) => readonly Route[]): Intent {
  const services = intent.services.map((service) =>
    service.id === "orders" ? { ...service, routes: change(service.routes) } : service,
  );
  return { ...intent, services };
}

describeTerraform("a REST API", () => {
  let stack: TerraformStack;

  applying("after an apply, the same configuration changes nothing", () => {
    stack = TerraformStack.of(intent);
    stack.deploy();
    stack.expectNoChanges();
  });

  applying("Terraform creates only parts of the API before it destroys their predecessors", () => {
    const first = stack
      .readState()
      .flatMap(({ type, name, instances }) =>
        instances.some((each) => each.create_before_destroy) ? [{ type, name }] : [],
      );
    expect(first).toContainEqual({ type: "aws_api_gateway_deployment", name: "gateway" });
    expect(first).toContainEqual({ type: "aws_api_gateway_integration", name: "orders_get_orders" });
    expect(first.filter(({ type }) => !type.startsWith("aws_api_gateway_"))).toEqual([]);
  });

  applying("a throttle and a quota change method settings and a usage plan, but no snapshot", () => {
    const plan = { quota: { requests: 5, per: "week" }, throttle: { ratePerSecond: 2, burst: 4 } };
    const other = small(restDev({ clients: { "reporting-agent": plan } }));
    const gateway = { ...other.gateway, throttle: { ratePerSecond: 1, burst: 2 } };
    expect(stack.lay({ ...other, gateway }).changes()).toEqual([
      "aws_api_gateway_method_settings.all update",
      "aws_api_gateway_usage_plan.reporting_agent update",
    ]);
  });

  applying("a removed route is in neither the policy nor the new snapshot, to which the stage moves", () => {
    const changes = stack
      .lay(withRoutes((routes) => routes.filter(({ key }) => key !== "GET /orders/export")))
      .changes();
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

  applying("a renamed path variable changes in place", () => {
    const renamed = withRoutes((routes) =>
      routes.map((route) => {
        const path = route.path.replace("{id}", "{orderId}");
        return { ...route, path, key: `${route.method} ${path}` };
      }),
    );
    const changes = stack.lay(renamed).changes();
    expect(changes).toContain("aws_api_gateway_resource.orders_by update");
    expect(changes).toContain("aws_api_gateway_deployment.gateway create+delete");
    expect(changes.filter((change) => /(create|delete)$/.test(change) && !/deployment/.test(change))).toEqual([]);
  });
});
