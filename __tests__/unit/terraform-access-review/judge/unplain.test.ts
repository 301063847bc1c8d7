import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { DOMAIN, restWith, WAF } from "../../../support/domains";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, dev, edited, effect, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

type Edit = (resource: Json, copy: Json) => unknown;

const rest = () => stateOf(restDev());
const firewalled = () => stateOf(restWith({ domain: DOMAIN, waf: WAF }));
const first = (named: Json) => Object.values<Json>(named)[0];

/** Changes in a form that no stack of this program uses. */
const BROADER: readonly (readonly [string, Edit, (() => typeof dev)?])[] = [
  [
    "a client that gets tokens, with true as a text",
    (r) =>
      Object.assign(r.aws_cognito_user_pool_client.web, {
        allowed_oauth_flows_user_pool_client: "true",
        callback_urls: ["https://mallory.example/cb"],
      }),
  ],
  [
    "a new client that gets tokens, with true as a text",
    (r) =>
      (r.aws_cognito_user_pool_client.x = {
        ...r.aws_cognito_user_pool_client.web,
        name: "x",
        allowed_oauth_flows_user_pool_client: "true",
      }),
  ],
  [
    "revocation that is off, with false as a text",
    (r) => (r.aws_cognito_user_pool_client.web.enable_token_revocation = "false"),
  ],
  ["a computed token lifetime", (r) => (r.aws_cognito_user_pool_client.web.access_token_validity = "${24 * 60}")],
  [
    "an integration with another name that lets headers pass",
    (r) => {
      const { catalog, ...others } = r.aws_apigatewayv2_integration;
      const kept = Object.entries<string>(catalog.request_parameters).filter(([name]) => !name.startsWith("remove:"));
      r.aws_apigatewayv2_integration = { ...others, c2: { ...catalog, request_parameters: Object.fromEntries(kept) } };
      for (const route of Object.values<Json>(r.aws_apigatewayv2_route)) {
        route.target = route.target.replace("_integration.catalog.", "_integration.c2.");
      }
    },
  ],
  [
    "bodies in a list, which hide a provisioner",
    (r) => {
      const [name = ""] = Object.keys(r.google_project_service);
      r.google_project_service[name] = [{ ...r.google_project_service[name], provisioner: { "local-exec": {} } }];
    },
  ],
  [
    "a statement's name that continues the policy",
    (r) => {
      const policy = JSON.parse(r.aws_iam_role_policy.callers.policy);
      policy.Statement[0].Sid = "${aws_iam_role.callers.description}";
      r.aws_iam_role_policy.callers.policy = JSON.stringify(policy);
    },
  ],
  [
    "a secret of one client in another one's scopes",
    (r) => {
      const version = r.aws_secretsmanager_secret_version.reporting_agent;
      version.secret_string_wo = version.secret_string_wo.replace(
        /"scope" = "[^"]*"/,
        '"scope" = "${aws_cognito_user_pool_client.support_desk.client_secret}"',
      );
    },
  ],
  [
    "a secret in a description",
    (r) => (r.aws_iam_role.callers.description = "${aws_cognito_user_pool_client.support_desk.client_secret}"),
  ],
  [
    "a secret in a tag's key",
    (r) => (r.aws_iam_role.callers.tags = { "${aws_cognito_user_pool_client.support_desk.client_secret}": "x" }),
  ],
  [
    "an output whose key is a secret",
    (_, { stack }) =>
      (stack.output.x = { value: { "${aws_cognito_user_pool_client.support_desk.client_secret}": "x" } }),
  ],
  [
    "an output with a directive",
    (_, { stack }) => (stack.output.x = { value: "%{ if nonsensitive(true) }x%{ endif }" }),
  ],
  [
    "a firewall that replaces another",
    (r) => (r.aws_wafv2_web_acl_association.x = { ...first(r.aws_wafv2_web_acl_association), web_acl_arn: "arn:x" }),
    firewalled,
  ],
  [
    "a second throttle of a method that has one",
    (r) => {
      const settings = { throttling_rate_limit: 10_000, throttling_burst_limit: 10_000 };
      r.aws_api_gateway_method_settings.x = { ...first(r.aws_api_gateway_method_settings), settings };
    },
    rest,
  ],
  [
    "a stage with another name and no throttles",
    (r) => {
      const { gateway } = r.aws_apigatewayv2_stage;
      const { default_route_settings: _, route_settings: __, ...loose } = gateway;
      r.aws_apigatewayv2_stage = { other: loose };
    },
  ],
  [
    "settings with the name of an inherited property",
    (r) => {
      const settings = { ...first(r.aws_api_gateway_method_settings), settings: { data_trace_enabled: true } };
      r.aws_api_gateway_method_settings = { ...r.aws_api_gateway_method_settings, constructor: settings };
    },
    rest,
  ],
  [
    "a runtime variable with a computed name",
    (r) =>
      r.google_cloud_run_v2_service.orders.template.containers[0].env.push({ name: '${"NODE_OPTIONS"}', value: "x" }),
  ],
  [
    "a rotation by a function of another account",
    (r) =>
      (r.aws_secretsmanager_secret_rotation = {
        x: {
          secret_id: "${aws_secretsmanager_secret.support_desk.id}",
          rotation_lambda_arn: "arn:aws:lambda:eu-west-1:999999999999:function:x",
          rotation_rules: { automatically_after_days: 1 },
        },
      }),
  ],
  [
    "a policy with a misspelled statement list",
    (r) =>
      (r.aws_iam_role_policy.x = {
        name: "x",
        role: "${aws_iam_role.callers.name}",
        policy: '{"Version":"2012-10-17","statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      }),
  ],
  [
    "a grant that stays after its declaration is removed, with false as a text",
    (r, { stack }) => {
      const [name = ""] = Object.keys(r.google_cloud_run_v2_service_iam_binding);
      delete r.google_cloud_run_v2_service_iam_binding[name];
      stack.removed = [{ from: ` google_cloud_run_v2_service_iam_binding.${name}`, lifecycle: { destroy: "false" } }];
    },
  ],
];

test("a change in another form names its argument, or the whole body", () => {
  const doubted = (edit: Edit) =>
    accessBetween(dev, edited(dev, edit)).guards.flatMap(({ address, guard, doubt }) =>
      doubt ? [[address, guard]] : [],
    );
  expect(doubted((r) => (r.aws_cognito_user_pool_client.web.enable_token_revocation = "false"))).toEqual([
    ["aws_cognito_user_pool_client.web", "enable_token_revocation"],
  ]);
  const [name = ""] = Object.keys(dev.stack.resource.google_project_service ?? {});
  const listed = ({ google_project_service: all }: Json) => (all[name] = [all[name]]);
  expect(doubted(listed)).toContainEqual([`google_project_service.${name}`, GUARDS.wholeBody]);
});

testAll(BROADER.map(([name, edit, state = () => dev]) => [name, edit, state] as const))(
  "%s is broader",
  (_, edit, state) => {
    expect(effect(state(), edited(state(), edit))).toBe("broadened");
  },
);
