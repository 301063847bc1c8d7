import { restWith, WAF } from "../../../support/domains";
import { violations } from "../../../support/policy";

const ACL = "aws_wafv2_web_acl.gateway";
const intent = restWith({ waf: WAF });
const changed = (address: string, attribute: string, value: unknown) =>
  violations((find) => find(address).addOverride(attribute, value), intent);

test("a firewall breaks no rule, whether its rules count or block", () => {
  expect(violations(() => {}, intent)).toEqual([]);
  expect(violations(() => {}, restWith({ waf: {} }))).toEqual([]);
  expect(violations(() => {}, restWith({ waf: { common: { mode: "block" } } }))).toEqual([]);
});

test("an unassociated web ACL stops the synthesis", () => {
  const association = "aws_wafv2_web_acl_association.gateway";
  expect(changed(association, "resource_arn", "arn:aws:apigateway:eu-west-1::/restapis/other/stages/live")).toEqual([
    expect.stringContaining("aws_api_gateway_stage.gateway: has no web ACL"),
    expect.stringContaining(`${ACL}: is associated with no stage`),
  ]);
  expect(changed(association, "web_acl_arn", "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/other/1")).toEqual([
    expect.stringContaining("aws_api_gateway_stage.gateway: has no web ACL"),
    expect.stringContaining(`${ACL}: is associated with no stage`),
  ]);
});

test("a rule without metrics stops the synthesis", () => {
  expect(changed(ACL, "rule.3.visibility_config.cloudwatch_metrics_enabled", false)).toEqual([
    expect.stringContaining(`${ACL}: has no metrics for its rule rate`),
  ]);
});

test.each(["visibility_config", "rule.0.visibility_config"])("samples in %s stop the synthesis", (place) => {
  expect(changed(ACL, `${place}.sampled_requests_enabled`, true)).toEqual([
    expect.stringContaining(`${ACL}: keeps samples, which show tokens`),
  ]);
});

test("a log with callers' tokens stops the synthesis", () => {
  const log = "aws_wafv2_web_acl_logging_configuration.gateway";
  expect(changed(log, "redacted_fields.0.single_header.name", "cookie")).toEqual([
    expect.stringContaining(`${log}: logs callers' tokens`),
  ]);
});
