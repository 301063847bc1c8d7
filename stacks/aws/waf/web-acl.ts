import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Wafv2IpSet } from "@cdktf/provider-aws/lib/wafv2-ip-set";
import { Wafv2WebAcl, type Wafv2WebAclRule } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import {
  contentTypePattern,
  type FilterMode,
  type NetworksByVersion,
  type WafIntent,
} from "../../../intent/model/gateway-intent";
import { comesFrom } from "../../shared/comes-from";

export interface WebAclProps {
  readonly prefix: string;
  readonly waf: WafIntent;
  readonly stageArn: string;
  readonly logRetentionDays: number;
}

/**
 * How much of a body API Gateway forwards for inspection, as AWS WAF's constants: 16,384 bytes by default, more at a
 * charge.
 */
const INSPECTED = [
  { bytes: 16_384, word: "KB_16" },
  { bytes: 32_768, word: "KB_32" },
  { bytes: 49_152, word: "KB_48" },
  { bytes: 65_536, word: "KB_64" },
] as const;

/**
 * AWS WAF in front of a REST API's stage. Requests that it refuses reach neither the authorizer nor a service.
 *
 * @returns its log
 */
export function declareWebAcl(parent: Construct, props: WebAclProps): CloudwatchLogGroup {
  const { prefix, waf, stageArn } = props;
  const scope = comesFrom(new Construct(parent, "WebAcl"), ["gateway", "waf"]);
  const acl = new Wafv2WebAcl(scope, "gateway", {
    name: prefix,
    description: "Filters requests before they reach the API",
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    rule: webAclRules(prefix, waf, {
      denied: networkSets(scope, "denied", prefix, waf.denied?.networks),
      trusted: networkSets(scope, "trusted", prefix, waf.trusted?.networks),
    }),
    visibilityConfig: visibility(prefix),
    ...(waf.body && { associationConfig: inspecting(waf.body.maxBytes) }),
  });
  comesFrom(acl, ["gateway", "waf"], RULE_KEYS);
  new Wafv2WebAclAssociation(new Construct(scope, "Association"), "gateway", {
    webAclArn: acl.arn,
    resourceArn: stageArn,
  });
  const log = new CloudwatchLogGroup(scope, "waf", {
    // AWS WAF writes only to log groups with this prefix.
    name: `aws-waf-logs-${prefix}`,
    retentionInDays: props.logRetentionDays,
  });
  new Wafv2WebAclLoggingConfiguration(new Construct(scope, "Logging"), "gateway", {
    resourceArn: acl.arn,
    logDestinationConfigs: [log.arn],
    redactedFields: [{ singleHeader: { name: "authorization" } }],
  });
  return log;
}

function networkSets(
  parent: Construct,
  name: "denied" | "trusted",
  prefix: string,
  networks?: NetworksByVersion,
): readonly string[] {
  const scope = new Construct(parent, `Sets-${name}`);
  return (["ipv4", "ipv6"] as const).flatMap((version) => {
    const addresses = networks?.[version] ?? [];
    if (addresses.length === 0) return [];
    const set = new Wafv2IpSet(scope, `${name}-${version}`, {
      name: `${prefix}-${name}-${version}`,
      scope: "REGIONAL",
      ipAddressVersion: version.toUpperCase(),
      addresses: [...addresses],
    });
    comesFrom(set, ["gateway", "waf", "networks"], { addresses: [name === "denied" ? "deny" : "trust"] });
    return [set.arn];
  });
}

function inspecting(maxBytes: number) {
  const limit = INSPECTED.find(({ bytes }) => maxBytes <= bytes) ?? INSPECTED[3];
  return { requestBody: [{ apiGateway: { defaultSizeInspectionLimit: limit.word } }] };
}

/** ARNs of the IP sets: one per IP version that has networks. */
interface NetworkSets {
  readonly denied: readonly string[];
  readonly trusted: readonly string[];
}

/**
 * Order in which rules are evaluated, the lowest first. Each rule has its own number with gaps between, so adding or
 * removing a rule moves no other.
 */
const PRIORITY = {
  denied: 10,
  trusted: 20,
  countries: 30,
  rate: 40,
  body: 50,
  "other-types": 54,
  "content-types": 55,
  "ip-reputation": 60,
  "known-bad-inputs": 70,
  common: 80,
} as const;

type RuleName = keyof typeof PRIORITY;

/** AWS managed rule groups, by their key in config. */
const MANAGED = [
  { key: "ipReputation", name: "ip-reputation", group: "AWSManagedRulesAmazonIpReputationList" },
  { key: "knownBadInputs", name: "known-bad-inputs", group: "AWSManagedRulesKnownBadInputsRuleSet" },
  { key: "common", name: "common", group: "AWSManagedRulesCommonRuleSet" },
] as const;

/** The keys below `gateway.waf` that set a rule, by its path in the web ACL. */
const RULE_KEYS: Readonly<Record<string, readonly string[]>> = {
  "rule[denied]": ["networks", "deny"],
  "rule[trusted]": ["networks", "trust"],
  "rule[countries]": ["countries"],
  "rule[rate]": ["rateLimit"],
  "rule[rate].evaluation_window_sec": ["rateLimit", "windowSeconds"],
  "rule[body]": ["body"],
  "rule[other-types]": ["contentTypes"],
  "rule[content-types]": ["contentTypes"],
  association_config: ["body", "maxBytes"],
  ...Object.fromEntries(MANAGED.map(({ key, name }) => [`rule[${name}]`, [key]])),
};

/** The rule in the common group that refuses bodies larger than 8,192 bytes. */
const COMMON_BODY_RULE = "SizeRestrictions_BODY";

/** A rule's statement with Terraform's own names. cdktf passes it through unchanged. */
type Statement = Readonly<Record<string, unknown>>;

function webAclRules(prefix: string, waf: WafIntent, sets: NetworkSets): Wafv2WebAclRule[] {
  const { denied, countries, rateLimit, body, contentTypes } = waf;
  const own = (name: RuleName, mode: FilterMode, statement: Statement): Wafv2WebAclRule => ({
    ...frame(prefix, name),
    action: { [mode]: {} },
    statement,
  });
  const found: Wafv2WebAclRule[] = [];
  if (denied) found.push(own("denied", denied.mode, inAnyOf(sets.denied)));
  if (waf.trusted) found.push({ ...frame(prefix, "trusted"), action: { allow: {} }, statement: inAnyOf(sets.trusted) });
  if (countries) found.push(own("countries", countries.mode, fromCountries(countries)));
  if (rateLimit) {
    found.push(
      own("rate", rateLimit.mode, {
        rate_based_statement: {
          aggregate_key_type: "IP",
          limit: rateLimit.requests,
          evaluation_window_sec: rateLimit.windowSeconds,
        },
      }),
    );
  }
  if (body) found.push(own("body", body.mode, longerThan(body.maxBytes)));
  if (contentTypes) {
    const label = "other-type";
    found.push(
      // A request without a body needs no content type. The next rule checks for a body.
      { ...own("other-types", "count", ofOtherTypeThan(contentTypes.only)), ruleLabel: [{ name: label }] },
      own("content-types", contentTypes.mode, hasBodyAnd({ label_match_statement: { scope: "LABEL", key: label } })),
    );
  }
  return [...found, ...managedRules(prefix, waf)];
}

function managedRules(prefix: string, waf: WafIntent): Wafv2WebAclRule[] {
  return MANAGED.flatMap(({ key, name, group }) => {
    const mode = waf.managed[key];
    if (mode === "none") return [];
    // If a config rule limits the body's size, the group's own limit only counts.
    const override =
      key === "common" && waf.body?.mode === "block"
        ? { rule_action_override: [{ name: COMMON_BODY_RULE, action_to_use: { count: {} } }] }
        : {};
    return [
      {
        ...frame(prefix, name),
        // `none` keeps the group's own actions: its rules block.
        overrideAction: mode === "count" ? { count: {} } : { none: {} },
        statement: { managed_rule_group_statement: { vendor_name: "AWS", name: group, ...override } },
      },
    ];
  });
}

function frame(prefix: string, name: RuleName) {
  return { name, priority: PRIORITY[name], visibilityConfig: visibility(`${prefix}-${name}`) };
}

/**
 * Metrics for each rule, but no samples: those show full headers, including tokens, to everyone who may read AWS WAF.
 */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}

function inAnyOf(sets: readonly string[]): Statement {
  const statements = sets.map((arn) => ({ ip_set_reference_statement: { arn } }));
  // AWS WAF refuses an OR statement with a single part.
  return statements.length === 1 ? (statements[0] as Statement) : { or_statement: { statement: statements } };
}

function fromCountries({ list, areOnly }: NonNullable<WafIntent["countries"]>): Statement {
  const from = { geo_match_statement: { country_codes: [...list] } };
  return areOnly ? { not_statement: { statement: [from] } } : from;
}

/** A request without the header matches no pattern. */
function ofOtherTypeThan(types: readonly string[]): Statement {
  const fits = {
    regex_match_statement: {
      regex_string: contentTypePattern(types),
      field_to_match: { single_header: { name: "content-type" } },
      text_transformation: [{ priority: 0, type: "LOWERCASE" }],
    },
  };
  return { not_statement: { statement: [fits] } };
}

function hasBodyAnd(statement: Statement): Statement {
  return { and_statement: { statement: [longerThan(0), statement] } };
}

function longerThan(bytes: number): Statement {
  return {
    size_constraint_statement: {
      comparison_operator: "GT",
      size: bytes,
      // A body larger than AWS WAF can inspect is also larger than allowed.
      field_to_match: { body: { oversize_handling: "MATCH" } },
      text_transformation: [{ priority: 0, type: "NONE" }],
    },
  };
}
