import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Wafv2IpSet } from "@cdktf/provider-aws/lib/wafv2-ip-set";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import type { NetworksByVersion, WafIntent } from "../../../intent/model/gateway-intent";
import { comesFrom } from "../../shared/comes-from";
import { RULE_KEYS, visibility, webAclRules } from "./rules";

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
