import type { WafIntent } from "../../../../../intent/model/gateway-intent";
import { declareWebAcl } from "../../../../../stacks/aws/waf/web-acl";
import { restWith, WAF } from "../../../../support/domains";
import { declaredBy, stackOf } from "../../../../support/stack";
import { testAll } from "../../../../support/test-all";

type Rule = { readonly name: string; readonly priority: number } & Readonly<Record<string, unknown>>;
const aclOf = (config: object) => {
  const props = { prefix: "storefront-dev", stageArn: "arn", logRetentionDays: 7 };
  const waf = restWith({ waf: config }).gateway.waf as WafIntent;
  return declaredBy((stack) => declareWebAcl(stack, { ...props, waf })).resource("aws_wafv2_web_acl", "gateway");
};
const rulesOf = (waf: object): readonly Rule[] => aclOf(waf).rule;
const rule = (name: string, waf: object) => rulesOf(waf).find((each) => each.name === name);

const stack = stackOf(restWith({ waf: WAF }));

test("the web ACL is associated with the stage", () => {
  expect(stack.resource("aws_wafv2_web_acl_association", "gateway")).toEqual({
    web_acl_arn: "${aws_wafv2_web_acl.gateway.arn}",
    resource_arn: "${aws_api_gateway_stage.gateway.arn}",
  });
  expect(stack.resource("aws_wafv2_web_acl", "gateway")).toMatchObject({
    name: "storefront-dev",
    scope: "REGIONAL",
    default_action: { allow: {} },
  });
});

test("each rule has a fixed priority, whatever other rules exist", () => {
  expect(rulesOf(WAF).map(({ name, priority }) => [name, priority])).toEqual([
    ["denied", 10],
    ["trusted", 20],
    ["countries", 30],
    ["rate", 40],
    ["body", 50],
    ["other-types", 54],
    ["content-types", 55],
    ["ip-reputation", 60],
    ["known-bad-inputs", 70],
    ["common", 80],
  ]);
  expect(rulesOf({ knownBadInputs: { mode: "none" } }).map(({ name, priority }) => [name, priority])).toEqual([
    ["ip-reputation", 60],
    ["common", 80],
  ]);
});

testAll([
  ["countries", { countries: { deny: ["FR"] } }],
  ["rate", { rateLimit: { requests: 100 } }],
  ["body", { body: { maxBytes: 100 } }],
  ["content-types", { contentTypes: { only: ["text/csv"] } }],
  ["denied", { networks: { deny: ["198.51.100.0/24"] } }],
])("%s only counts until config says block", (name, waf) => {
  expect(rule(name, waf)?.action).toEqual({ count: {} });
  const [[key, value]] = Object.entries(waf) as [[string, object]];
  expect(rule(name, { [key]: { ...value, mode: "block" } })?.action).toEqual({ block: {} });
});

testAll([
  ["common", "common", "AWSManagedRulesCommonRuleSet"],
  ["known-bad-inputs", "knownBadInputs", "AWSManagedRulesKnownBadInputsRuleSet"],
  ["ip-reputation", "ipReputation", "AWSManagedRulesAmazonIpReputationList"],
])("AWS's rules %s count, block or are left out, as config says", (name, key, group) => {
  expect(rule(name, {})).toMatchObject({
    override_action: { count: {} },
    statement: { managed_rule_group_statement: { vendor_name: "AWS", name: group } },
  });
  expect(rule(name, { [key]: { mode: "block" } })?.override_action).toEqual({ none: {} });
  expect(rule(name, { [key]: { mode: "none" } })).toBeUndefined();
});

test("each IP version has its own set of networks", () => {
  expect(stack.resource("aws_wafv2_ip_set", "denied_ipv6")).toEqual({
    name: "storefront-dev-denied-ipv6",
    scope: "REGIONAL",
    ip_address_version: "IPV6",
    addresses: ["2001:db8::/32"],
  });
  expect(rule("denied", WAF)?.statement).toEqual({
    or_statement: {
      statement: [
        { ip_set_reference_statement: { arn: "${aws_wafv2_ip_set.denied_ipv4.arn}" } },
        { ip_set_reference_statement: { arn: "${aws_wafv2_ip_set.denied_ipv6.arn}" } },
      ],
    },
  });
  expect(rule("trusted", WAF)).toMatchObject({
    action: { allow: {} },
    statement: { ip_set_reference_statement: { arn: "${aws_wafv2_ip_set.trusted_ipv4.arn}" } },
  });
  expect(Object.keys(stack.all("aws_wafv2_ip_set"))).toEqual(["denied_ipv4", "denied_ipv6", "trusted_ipv4"]);
});

test("countries are either the only allowed ones or the denied ones", () => {
  const geo = (codes: string[]) => ({ geo_match_statement: { country_codes: codes } });
  expect(rule("countries", { countries: { only: ["DE", "AT"] } })?.statement).toEqual({
    not_statement: { statement: [geo(["AT", "DE"])] },
  });
  expect(rule("countries", { countries: { deny: ["FR"] } })?.statement).toEqual(geo(["FR"]));
});

test("one IP address has a limit on requests within the window", () => {
  expect(rule("rate", { rateLimit: { requests: 10, windowSeconds: 60 } })?.statement).toEqual({
    rate_based_statement: { aggregate_key_type: "IP", limit: 10, evaluation_window_sec: 60 },
  });
});

testAll([
  [1, "KB_16"],
  [16_384, "KB_16"],
  [16_385, "KB_32"],
  [49_152, "KB_48"],
  [65_536, "KB_64"],
])("with a maximum body size of %i bytes AWS WAF inspects %s, and longer bodies match the rule", (maxBytes, word) => {
  const acl = aclOf({ body: { maxBytes } });
  expect(acl.association_config).toEqual({
    request_body: [{ api_gateway: { default_size_inspection_limit: word } }],
  });
  expect(acl.rule.find((each: Rule) => each.name === "body").statement.size_constraint_statement).toMatchObject({
    comparison_operator: "GT",
    size: maxBytes,
    field_to_match: { body: { oversize_handling: "MATCH" } },
  });
});

test("a body must have one of the configured types, and a missing type does not count as one", () => {
  const other = rule("other-types", WAF);
  expect(other).toMatchObject({ action: { count: {} }, rule_label: [{ name: "other-type" }] });
  expect(rule("content-types", WAF)?.statement).toMatchObject({
    and_statement: {
      statement: [
        { size_constraint_statement: { comparison_operator: "GT", size: 0, field_to_match: { body: {} } } },
        { label_match_statement: { scope: "LABEL", key: "other-type" } },
      ],
    },
  });
  const { not_statement: unlike } = (other?.statement ?? {}) as {
    not_statement: { statement: [{ regex_match_statement: { regex_string: string } }] };
  };
  const { regex_match_statement: fits } = unlike.statement[0];
  expect(fits).toMatchObject({
    field_to_match: { single_header: { name: "content-type" } },
    text_transformation: [{ priority: 0, type: "LOWERCASE" }],
  });
  const pattern = new RegExp(fits.regex_string);
  for (const type of ["application/json", "application/json;charset=utf-8", "application/json ; x", "image/svg+xml"]) {
    expect([type, pattern.test(type)]).toEqual([type, true]);
  }
  const others = ["", " application/json", "application/jsonp", "text/plain; application/json", "image/svgxml", "a"];
  for (const type of others) expect([type, pattern.test(type)]).toEqual([type, false]);
});

test("if config limits body size, AWS's own limit of 8192 bytes only counts", () => {
  const override = (waf: object) => {
    const { managed_rule_group_statement: group } = (rule("common", waf)?.statement ?? {}) as {
      managed_rule_group_statement?: { rule_action_override?: unknown };
    };
    expect(group).toBeDefined();
    return group?.rule_action_override;
  };
  // A rule that only counts does not replace one that blocks.
  expect(override({ body: { maxBytes: 16_384 } })).toBeUndefined();
  expect(override({ body: { maxBytes: 16_384, mode: "block" } })).toEqual([
    { name: "SizeRestrictions_BODY", action_to_use: { count: {} } },
  ]);
  expect(override({})).toBeUndefined();
  expect(aclOf({}).association_config).toBeUndefined();
});
