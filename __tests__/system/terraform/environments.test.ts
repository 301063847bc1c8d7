import type { Intent, Route } from "../../../intent/model/intent";
import { type Plan, planned, referencesOf } from "../../support/plan";
import { changesOf } from "../../support/plan-changes";
import { restDev } from "../../support/rest";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";

/** Staging has the shape of prod. Both functions of prod have a route. */
const federated = [intentOf("dev"), small(intentOf("prod"), ["orders", "catalog"])];

describeTerraform("the shop's environments", () => {
  describe.each(federated.map((intent) => ({ name: intent.environment, intent })))("$name", ({ intent }) => {
    let stack: TerraformStack;
    let plan: Plan;
    beforeAll(() => {
      stack = TerraformStack.of(intent);
      plan = stack.plan();
    });

    test("an empty account gets every resource of the stack, and all of them are created", () => {
      const declared = plan.configuration.root_module.resources.map(({ address }) => address).sort();
      expect(changesOf(plan)).toEqual(declared.map((address) => `${address} create`));
      const routes = intent.services.flatMap((service) => service.routes);
      const methods = declared.filter((address) => /^aws_(apigatewayv2_route|api_gateway_method)\./.test(address));
      expect(methods.filter((address) => !address.includes(".preflight_"))).toHaveLength(routes.length);
    });

    test.each(intent.services)("the plan shows whom $id trusts before anything exists", (service) => {
      const role = planned(plan, `aws_iam_role.${service.id}`);
      const account = planned(plan, `google_service_account.${service.id}`);
      expect([role.name, account.account_id]).toEqual([service.name, service.name]);
      expect(planned(plan, `google_cloud_run_v2_service.${service.id}`).custom_audiences).toEqual([service.audience]);
      const provider = planned(plan, "google_iam_workload_identity_pool_provider.aws_gateway");
      expect(provider.attribute_condition).toContain(
        `'arn:aws:sts::${intent.aws.account}:assumed-role/${service.name}'`,
      );
    });

    test("values from the other cloud that are known only after an apply are references", () => {
      for (const { id } of intent.services) {
        const [named, attribute] =
          intent.gateway.kind === "rest"
            ? ["aws_api_gateway_stage.gateway", "variables"]
            : [`aws_apigatewayv2_integration.${id}`, "integration_uri"];
        expect(referencesOf(plan, named, attribute)).toContain(`google_cloud_run_v2_service.${id}.uri`);
        expect(JSON.stringify(planned(plan, named)[attribute] ?? "")).not.toContain("run.app");
      }
      for (const name of ["callers", "public"]) {
        expect(referencesOf(plan, `aws_lambda_function.${name}`, "environment")).toContain(
          "google_iam_workload_identity_pool_provider.aws_gateway.name",
        );
      }
    });

    test("no client secret is in the plan", () => {
      const versions = plan.resource_changes.filter(({ type }) => type === "aws_secretsmanager_secret_version");
      expect(versions.length).toBeGreaterThan(0);
      for (const { change } of versions) expect(change.after?.secret_string_wo ?? null).toBeNull();
    });

    applying("after an apply, the same configuration changes nothing", () => {
      stack.apply();
      stack.expectNoChanges();
    });
  });

  describe.each([
    ["an HTTP API", small(intentOf("dev"))],
    ["a REST API", small(restDev())],
  ])("a change of %s", (_, intent) => {
    const isRest = intent.gateway.kind === "rest";
    const stage = isRest ? "aws_api_gateway_stage.gateway" : "aws_apigatewayv2_stage.gateway";
    const route = isRest ? "aws_api_gateway_method" : "aws_apigatewayv2_route";
    let stack: TerraformStack;

    applying(
      "a wider throttle and a removed scope change only the resources that contain the throttle or the scope",
      () => {
        stack = TerraformStack.of(intent);
        stack.deploy();
        const { ratePerSecond = 0, burst = 0 } = intent.gateway.throttle ?? {};
        const gateway = { ...intent.gateway, throttle: { ratePerSecond, burst: burst + 1 } };
        const isRotated = intent.clients.some((client) => "rotateEveryDays" in client && client.id === AGENT);
        expect(stack.lay({ ...intent, gateway, clients: withFewerScopes(intent) }).changes()).toEqual(
          [
            ...(isRest ? ["aws_api_gateway_method_settings.all update"] : []),
            `${stage} update`,
            "aws_cognito_user_pool_client.reporting_agent update",
            "aws_lambda_function.callers update",
            "aws_lambda_function.public update",
            ...(isRotated
              ? [
                  "aws_lambda_function.rotate_secret_reporting_agent update",
                  "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent delete+create",
                ]
              : ["aws_secretsmanager_secret_version.reporting_agent delete+create"]),
          ].sort(),
        );
      },
    );

    applying("a renamed service, client and route move to their new addresses without a replacement", () => {
      const services = intent.services.map((service) =>
        service.id === "orders" ? { ...service, key: "sales", routes: service.routes.map(movedToSales) } : service,
      );
      const clients = intent.clients.map((client) => (client.id === AGENT ? { ...client, key: "reporter" } : client));
      const plan = stack.lay({ ...intent, services, clients }).plan();
      // A REST API's snapshot is replaced, because it contains the new names. It serves the same routes.
      const again = ["aws_api_gateway_deployment.gateway create+delete", `${stage} update`];
      expect(changesOf(plan)).toEqual(isRest ? again : []);
      const moved = plan.resource_changes.filter(({ previous_address }) => previous_address !== undefined);
      expect(Object.fromEntries(moved.map((each) => [each.address, each.previous_address]))).toMatchObject({
        [`${route}.sales_get_orders`]: `${route}.orders_get_orders`,
        "aws_cognito_user_pool_client.reporter": "aws_cognito_user_pool_client.reporting_agent",
        "aws_iam_role.sales": "aws_iam_role.orders",
        "aws_secretsmanager_secret.reporter": "aws_secretsmanager_secret.reporting_agent",
        "google_cloud_run_v2_service.sales": "google_cloud_run_v2_service.orders",
      });
    });
  });

  applying("an existing resource is imported, not created", () => {
    const imports = [{ address: "aws_cognito_user_pool.customers", id: "eu-west-1_AbCdEfGhI" }];
    const place = { file: "config/imports.yaml", line: 2, column: 3, path: "dev" };
    const placed = imports.map((each) => ({ ...each, place }));
    const plan = TerraformStack.of({ ...small(intentOf("dev")), imports: placed }).plan();
    const imported = plan.resource_changes.flatMap(({ address, change: { importing } }) =>
      importing ? [{ address, id: importing.id }] : [],
    );
    expect(imported).toEqual(imports);
  });
});

const AGENT = "reporting-agent";

function withFewerScopes({ clients }: Intent): Intent["clients"] {
  return clients.map((client) => (client.id === AGENT ? { ...client, scopes: client.scopes.slice(0, 1) } : client));
}

function movedToSales(route: Route): Route {
  return { ...route, address: route.address.replace(/^orders_/, "sales_"), previousAddress: route.address };
}
