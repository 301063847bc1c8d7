import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { describePlanners, plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent, Route } from "../../intent/intent";
import { loadIntents } from "../../intent/load";
import { declareStacks } from "../../main";
import { type Plan, planned, referencesOf } from "../support/plan";
import { BUILD } from "../support/stack";

const ROOT = join(__dirname, "..", "..");
const binary = findTerraform();
const loaded = loadIntents(join(ROOT, "config"));
if (!loaded.ok) throw new Error("config/ has problems: npm run synth lists them");

const out = mkdtempSync(join(tmpdir(), "front-door-out-"));
const scratches: ScratchStack[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
  rmSync(out, { recursive: true });
});

const IMPORTS = [{ address: "aws_cognito_user_pool.customers", id: "eu-west-1_AbCdEfGhI" }];

function movedToSales(route: Route): Route {
  return { ...route, address: route.address.replace(/^orders_/, "sales_"), previousAddress: route.address };
}

/** Folder of the synthesized stack, in an output folder of its own. */
function synthesized(intent: Intent, label: string): string {
  const outdir = join(out, label);
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

/** Initialized while the tests are collected: who plans decides which of them can run. */
const federated = loaded.intents.filter(({ handshake }) => handshake === "federated");
const environments = federated.map((intent) => {
  const scratch = new ScratchStack(synthesized(intent, "now"));
  scratches.push(scratch);
  const terraform = new Terraform(binary, scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  return { name: intent.environment, intent, scratch, terraform, init };
});

describe.each(environments)("$name", ({ intent, scratch, terraform, init }) => {
  const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
  let plan: Plan;

  test("Terraform takes the stack: init, validate, plan", () => {
    expect(init).toEqual({ code: 0, output: init.output });
    process.stderr.write(`${describePlanners(plannedBy(scratch.folder))}\n`);
    const validate = terraform.run("validate", "-no-color");
    expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
    expect(made).toEqual({ code: 0, output: made.output });
    plan = terraform.json("show", "-json", "plan") as Plan;
  });

  test("an empty account gets every resource of the stack, created and nothing else", () => {
    const stack = terraform.json("show", "-json", "plan") as Plan;
    const declared = stack.configuration.root_module.resources.map(({ address }) => address).sort();
    const creates = stack.resource_changes
      .map(({ address, change }) => `${address} ${change.actions.join("+")}`)
      .sort();
    expect(creates).toEqual(declared.map((address) => `${address} create`));
    const routes = intent.services.flatMap((service) => service.routes);
    const methods = declared.filter((address) => /^aws_(apigatewayv2_route|api_gateway_method)\./.test(address));
    expect(methods.filter((address) => !address.includes(".preflight_"))).toHaveLength(routes.length);
  });

  test.each(intent.services)("the plan shows who $id trusts, before anything exists", (service) => {
    const role = planned(plan, `aws_iam_role.${service.id}`);
    const account = planned(plan, `google_service_account.${service.id}`);
    expect([role.name, account.account_id]).toEqual([service.name, service.name]);
    expect(planned(plan, `google_cloud_run_v2_service.${service.id}`).custom_audiences).toEqual([service.audience]);
    const provider = planned(plan, "google_iam_workload_identity_pool_provider.aws_gateway");
    expect(provider.attribute_condition).toContain(`'arn:aws:sts::${intent.aws.account}:assumed-role/${service.name}'`);
  });

  test("the references that cross the clouds are those that only an apply knows", () => {
    for (const { id, routes } of intent.services) {
      const [integration, attribute] =
        intent.gateway.kind === "rest"
          ? [`aws_api_gateway_integration.${routes[0]?.address}`, "uri"]
          : [`aws_apigatewayv2_integration.${id}`, "integration_uri"];
      expect(referencesOf(plan, integration, attribute)).toContain(`google_cloud_run_v2_service.${id}.uri`);
      expect(planned(plan, integration)[attribute]).toBeUndefined();
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

  // The real providers would call the clouds here: only stand-ins apply without an account.
  const applying = standIns ? test : test.skip;

  applying("applied, the same configuration changes nothing", () => {
    const apply = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
    expect(apply).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
    expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
  });

  const stage = intent.gateway.kind === "rest" ? "aws_api_gateway_stage.gateway" : "aws_apigatewayv2_stage.gateway";
  const throttled = intent.gateway.kind === "rest" ? "aws_api_gateway_method_settings.all" : stage;

  applying("a wider throttle changes what throttles and nothing else", () => {
    const { ratePerSecond = 0, burst = 0 } = intent.gateway.throttle ?? {};
    const throttle = { ratePerSecond, burst: burst + 1 };
    const changed = { ...intent, gateway: { ...intent.gateway, throttle } };
    expect(changesOf(changed, "throttle")).toEqual([`${throttled} update`]);
  });

  applying(
    "a scope taken from a client changes the client, the functions and the stage, and its secret, by Terraform or by a turn of its own",
    () => {
      const isRotated = intent.clients.some((client) => "rotateEveryDays" in client && client.id === "reporting-agent");
      const clients = intent.clients.map((client) =>
        client.id === "reporting-agent" ? { ...client, scopes: client.scopes.slice(0, 1) } : client,
      );
      expect(changesOf({ ...intent, clients }, "scope")).toEqual([
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
      ]);
    },
  );

  const route = intent.gateway.kind === "rest" ? "aws_api_gateway_method" : "aws_apigatewayv2_route";

  applying("a renamed service, client and route move to their new addresses, and nothing is replaced", () => {
    const services = intent.services.map((service) =>
      service.id === "orders" ? { ...service, key: "sales", routes: service.routes.map(movedToSales) } : service,
    );
    const clients = intent.clients.map((client) =>
      client.id === "reporting-agent" ? { ...client, key: "reporter" } : client,
    );
    // A REST API's snapshot is one of declarations, names included: the next one serves the same.
    const again = ["aws_api_gateway_deployment.gateway create+delete", `${stage} update`];
    expect(changesOf({ ...intent, services, clients }, "renamed")).toEqual(intent.gateway.kind === "rest" ? again : []);
    const { resource_changes } = terraform.json("show", "-json", "changed") as {
      resource_changes: readonly { address: string; previous_address?: string }[];
    };
    const moved = new Map(
      resource_changes.flatMap((each) => (each.previous_address ? [[each.address, each.previous_address]] : [])),
    );
    expect(Object.fromEntries(moved)).toMatchObject({
      [`${route}.sales_get_orders`]: `${route}.orders_get_orders`,
      "aws_cognito_user_pool_client.reporter": "aws_cognito_user_pool_client.reporting_agent",
      "aws_iam_role.sales": "aws_iam_role.orders",
      "aws_secretsmanager_secret.reporter": "aws_secretsmanager_secret.reporting_agent",
      "google_cloud_run_v2_service.sales": "google_cloud_run_v2_service.orders",
    });
  });

  applying("what exists already is imported and not created", () => {
    const fresh = new ScratchStack(synthesized({ ...intent, imports: IMPORTS }, "imports"));
    scratches.push(fresh);
    const other = new Terraform(binary, fresh.folder);
    expect(other.run("init", "-input=false", "-no-color").code).toBe(0);
    const made = other.run("plan", "-input=false", "-no-color", "-lock=false", "-out=imports");
    expect(made).toEqual({ code: 0, output: made.output });
    const { resource_changes } = other.json("show", "-json", "imports") as {
      resource_changes: readonly { address: string; change: { importing?: { id: string } } }[];
    };
    const imported = resource_changes.flatMap(({ address, change }) =>
      change.importing ? [{ address, id: change.importing.id }] : [],
    );
    expect(imported).toEqual(IMPORTS);
  });

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
});
