import type { Change } from "./support/document";
import { SynthesizedEnvironments } from "./support/environments";
import { isOpen, nestedBlocks, unheardOf } from "./support/nested-blocks";

const environments = new SynthesizedEnvironments();
afterAll(() => environments.remove());

/** Starts and stops again; what refused the stack where it was refused. */
async function start(environment: string, ...changes: readonly Change[]): Promise<string> {
  try {
    const clouds = await environments.start(environment, ...changes);
    await clouds.stop();
    return "started";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(environments.names)(
  "every attribute in the stack of %s is read, or immaterial for a reason",
  async (name) => {
    expect(await start(name)).toBe("started");
  },
);

test("what the smaller of two environments of one kind of API declares, the larger declares as well", () => {
  const types = (name: string) => Object.keys(environments.document(name).resource);
  expect(types("prod")).toEqual(expect.arrayContaining(types("staging")));
});

/** One resource of each type, in an environment that has it. */
const examples = new Map(
  environments.names.flatMap((environment) =>
    Object.entries(environments.document(environment).resource).map(
      ([type, named]) => [`${type}.${Object.keys(named).at(-1)}`, environment] as const,
    ),
  ),
);

test.each([...examples])(
  "an unknown attribute of %s stops the start with its address",
  async (address, environment) => {
    const [type = "", name = ""] = address.split(".");
    const unknown: Change = ({ resource }) => Object.assign(resource[type]?.[name] ?? {}, { unheard_of: true });
    expect(await start(environment, unknown)).toBe(`${address}.unheard_of: unknown to the local stand-in`);
  },
);

/** Blocks in which anything may stand, with all that is inside of them; none can grant or refuse a request. */
const OPEN_BLOCKS: Readonly<Record<string, string>> = {
  "aws_acm_certificate.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_deployment.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_deployment.triggers": "a map: every name is a trigger's",
  "aws_api_gateway_integration.request_templates": "a map: every name is a media type",
  "aws_api_gateway_method.request_parameters": "a map: every name is a parameter's",
  "aws_api_gateway_method_response.response_parameters": "a map: every name is a header's",
  "aws_api_gateway_rest_api.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_api_gateway_stage.variables": "a map: every name is a variable's",
  "aws_apigatewayv2_domain_name.domain_name_configuration": "immaterial as a whole",
  "aws_route53_record.alias": "immaterial as a whole",
  "aws_wafv2_web_acl.default_action": "not played: a deviation that is shown",
  "aws_wafv2_web_acl.rule": "not played: a deviation that is shown",
  "aws_wafv2_web_acl.visibility_config": "not played: a deviation that is shown",
  "aws_wafv2_web_acl_logging_configuration.redacted_fields": "not played: a deviation that is shown",
  "aws_apigatewayv2_stage.stage_variables": "a map: every name is a variable's",
  "aws_cloudwatch_log_metric_filter.metric_transformation": "immaterial as a whole",
  "aws_cloudwatch_metric_alarm.dimensions": "immaterial as a whole",
  "aws_cognito_user_pool.account_recovery_setting": "immaterial as a whole",
  "aws_cognito_user_pool.admin_create_user_config": "immaterial as a whole",
  "aws_cognito_user_pool.password_policy": "immaterial as a whole",
  "aws_cognito_user_pool.software_token_mfa_configuration": "immaterial as a whole",
  "aws_cognito_user_pool.username_configuration": "immaterial as a whole",
  "aws_lambda_function.environment.variables": "a map: every name is a variable's",
  "aws_lambda_function.logging_config": "immaterial as a whole",
  "aws_secretsmanager_secret.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_secretsmanager_secret_rotation.lifecycle": "Terraform's own: how an apply replaces and protects",
  "aws_secretsmanager_secret_rotation.rotation_rules": "immaterial as a whole",
  "aws_secretsmanager_secret_version.lifecycle": "Terraform's own: how an apply replaces and protects",
  "google_cloud_run_v2_service.template.containers.liveness_probe": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.ports": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.resources": "immaterial as a whole",
  "google_cloud_run_v2_service.template.containers.startup_probe": "immaterial as a whole",
  "google_cloud_run_v2_service.template.scaling": "immaterial as a whole",
  "google_project_iam_audit_config.audit_log_config": "immaterial as a whole",
  "google_secret_manager_secret.lifecycle": "Terraform's own: how an apply replaces and protects",
  "google_secret_manager_secret.replication": "immaterial as a whole",
  "google_secret_manager_secret.rotation": "immaterial as a whole",
  "google_secret_manager_secret.topics": "immaterial as a whole",
};

const nested = nestedBlocks(new Map(environments.names.map((name) => [name, environments.document(name)])));

test.each([...nested])(
  "an unknown attribute of %s stops the start, or the block is open for a reason",
  async (shape, block) => {
    const answer = await start(block.environment, unheardOf(block));
    // Of a map whose names mean something the stand-in says what it knows.
    const refused = expect.stringMatching(
      /\.unheard_of: (unknown|the stand-in knows)|response_templates: the stand-in knows/,
    );
    expect(answer).toEqual(isOpen(shape, OPEN_BLOCKS) ? "started" : refused);
  },
);

test("every open block is one that occurs", () => {
  expect(Object.keys(OPEN_BLOCKS).filter((shape) => !nested.has(shape))).toEqual([]);
});
