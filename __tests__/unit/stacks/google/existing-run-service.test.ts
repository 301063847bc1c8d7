import { acceptsAudience, IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE } from "../../../../contract/existing-service";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { declaredStack, EXISTING, existing, existingStack, type StackToBreak } from "../../../support/existing";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const intent = existing("dev");
const stack = existingStack(intent);
const AUDIENCE = "https://storefront-dev-orders.storefront-dev.internal";
const AT = "data.google_cloud_run_v2_service.orders";
const PLACE = { name: EXISTING.name, location: EXISTING.region, project: EXISTING.project };

describe("an existing service", () => {
  test("is no resource, runs as no account of this stack and has no secret", () => {
    const types = Object.entries(stack.resource).filter(([, named]) => "orders" in (named as object));
    expect(types.map(([type]) => type).filter((type) => type.startsWith("google_"))).toEqual([
      "google_cloud_run_v2_service_iam_member",
      "google_service_account",
      "google_service_account_iam_binding",
    ]);
    expect(stack.resource.google_service_account.orders_rt).toBeUndefined();
    expect(Object.keys(stack.resource.google_secret_manager_secret)).not.toContain("orders_database_url");
  });

  test("gets one member, which leaves those of its owner", () => {
    const [body] = Object.values(stack.resource.google_cloud_run_v2_service_iam_member);
    expect(body).toEqual({
      name: `\${${AT}.name}`,
      location: `\${${AT}.location}`,
      project: `\${${AT}.project}`,
      role: "roles/run.invoker",
      member: "${google_service_account.orders.member}",
    });
  });

  test("is read in its own project, and each plan checks what the front door relies on", () => {
    const { google_cloud_run_v2_service: services, google_cloud_run_v2_service_iam_policy: policies } = stack.data;
    const conditions = ({ lifecycle }: StackToBreak) =>
      lifecycle.postcondition.map(({ condition }: StackToBreak) => condition);
    expect(services.orders).toMatchObject(PLACE);
    expect(conditions(services.orders)).toEqual([IS_CHECKED, IS_REACHABLE, acceptsAudience(AUDIENCE)]);
    expect(policies.orders).toMatchObject(PLACE);
    expect(conditions(policies.orders)).toEqual([IS_NOT_PUBLIC]);
  });

  testAll([
    [0, "--invoker-iam-check"],
    [1, "--ingress=all"],
    [2, `--add-custom-audiences=${AUDIENCE}`],
  ] as const)("names the owner's command for check %i", (index, flag) => {
    const { error_message } = stack.data.google_cloud_run_v2_service.orders.lifecycle.postcondition[index];
    expect(error_message).toContain(
      `gcloud run services update orders --region=europe-west4 --project=acme-orders ${flag}`,
    );
  });

  test("is called at the address that the plan reads, with the audience of config, after the grants", () => {
    const { integration_uri, depends_on } = stack.resource.aws_apigatewayv2_integration.orders;
    expect(integration_uri).toBe(`\${${AT}.uri}`);
    expect(depends_on).toEqual(
      expect.arrayContaining([
        "google_cloud_run_v2_service_iam_member.orders",
        "google_service_account_iam_binding.orders",
      ]),
    );
    expect(authorizerPolicy(intent).services.orders).toMatchObject({
      audience: AUDIENCE,
      serviceAccount: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
    });
    expect(stack.output.services.value.orders).toEqual({ url: `\${${AT}.uri}`, audience: AUDIENCE });
  });

  test("is the host of a REST API's stage variable", () => {
    const rest = existing("dev", variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind: "rest" } }));
    const [stage] = Object.values(existingStack(rest).resource.aws_api_gateway_stage) as StackToBreak[];
    expect(stage.variables.service_orders).toBe(`\${trimprefix(${AT}.uri, "https://")}`);
  });

  test("leaves its logs to its owner", () => {
    const auditors = { awsRoles: [], googleGroups: ["audit@example.com"] };
    const filterOf = (of: StackToBreak) =>
      (Object.values(existingStack(of).resource.google_logging_project_sink)[0] as StackToBreak).filter;
    expect(filterOf({ ...intentOf("dev"), auditors })).toContain('"storefront-dev-orders"');
    expect(filterOf({ ...intent, auditors })).not.toContain('"storefront-dev-orders"');
    const alone = intent.services.filter(({ id }) => id === "orders");
    expect(filterOf({ ...intent, services: alone, auditors })).not.toContain("cloud_run_revision");
  });

  test("has a name and a URL for your own resources, and no account", () => {
    const { services } = declaredStack(intent);
    expect(services.orders?.name).toBe("orders");
    expect(() => services.orders?.runtimeAccount).toThrow("services.orders.runtimeAccount");
    expect(() => services.orders?.runtimeAccountId).toThrow("services.orders.runtimeAccountId");
    expect(services.catalog?.runtimeAccount).toMatch(/^storefront-dev-catalog-rt@/);
  });
});
