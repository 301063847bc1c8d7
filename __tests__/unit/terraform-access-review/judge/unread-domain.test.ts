import { synthesizedState } from "../../../support/synthesized";
import { accessBetween, edited, effect, type Json } from "../../../support/synthesized-states";

const prod = synthesizedState("prod");

test.each<[string, (resource: Json) => unknown]>([
  ["the firewall protects nothing", (all) => delete all.aws_wafv2_web_acl_association],
  ["the firewall keeps no log", (all) => delete all.aws_wafv2_web_acl_logging_configuration],
  [
    "the firewall keeps no log, and its group goes too",
    (all) => {
      delete all.aws_wafv2_web_acl_logging_configuration;
      delete all.aws_cloudwatch_log_group.waf;
    },
  ],
  [
    "one of its rules only counts",
    (all) => {
      all.aws_wafv2_web_acl.gateway.rule[0].override_action = { count: {} };
    },
  ],
  [
    "one of its rules is removed",
    (all) => {
      all.aws_wafv2_web_acl.gateway.rule.pop();
    },
  ],
  [
    "it samples requests",
    (all) => {
      all.aws_wafv2_web_acl.gateway.rule[0].visibility_config.sampled_requests_enabled = true;
    },
  ],
  [
    "the log shows the Authorization header",
    (all) => {
      all.aws_wafv2_web_acl_logging_configuration.gateway.redacted_fields = [];
    },
  ],
  [
    "the domain's DNS record has another target",
    (all) => {
      all.aws_route53_record.ipv4.alias.name = "elsewhere.example.com";
    },
  ],
  [
    "the domain maps to another API",
    (all) => {
      all.aws_apigatewayv2_api_mapping.gateway.api_id = "abc123";
    },
  ],
  [
    "an older TLS version is accepted",
    (all) => {
      all.aws_apigatewayv2_domain_name.gateway.domain_name_configuration.security_policy = "TLS_1_0";
    },
  ],
  [
    "the API's default endpoint is open",
    (all) => {
      all.aws_api_gateway_rest_api.gateway.disable_execute_api_endpoint = false;
    },
  ],
])("%s: access is broadened", (_, edit) => {
  expect(effect(prod, edited(prod, edit))).toBe("broadened");
});

test("no longer requiring client certificates is broader, and requiring them is narrower", () => {
  const asking = edited(prod, ({ aws_apigatewayv2_domain_name: { gateway } }) => {
    gateway.mutual_tls_authentication = { truststore_uri: "s3://bucket/object", truststore_version: "1" };
  });
  expect(effect(asking, prod)).toBe("broadened");
  expect(accessBetween(prod, asking).guards).toContainEqual(
    expect.objectContaining({ effect: "narrowed", guard: "mutual_tls_authentication" }),
  );
});
