import type { Intent } from "../../../intent/model/intent";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../support/domains";
import { ledgerInWords } from "../../support/ledger-words";
import { stackOf } from "../../support/stack";

const QUOTA = { defaultPlan: { quota: { requests: 1000, per: "day" } } };
const ELSEWHERE = { name: DOMAIN.name, records: "all" };

const NAME = ["acm_certificate", "acm_certificate_validation", "apigatewayv2_api_mapping", "apigatewayv2_domain_name"];
const RECORDS = ["route53_record"];
const CERTIFICATES = [
  "s3_bucket",
  "s3_bucket_lifecycle_configuration",
  "s3_bucket_ownership_controls",
  "s3_bucket_policy",
  "s3_bucket_public_access_block",
  "s3_bucket_server_side_encryption_configuration",
  "s3_bucket_versioning",
  "s3_object",
];
const FIREWALL = ["wafv2_ip_set", "wafv2_web_acl", "wafv2_web_acl_association", "wafv2_web_acl_logging_configuration"];
const POLICY = ["api_gateway_rest_api_policy"];
const USAGE = ["api_gateway_api_key", "api_gateway_usage_plan", "api_gateway_usage_plan_key"];
/** All types that a combination may have in addition to an API of its kind. */
const EVERY = [...NAME, ...RECORDS, ...CERTIFICATES, ...FIREWALL, ...POLICY, ...USAGE];

interface Combination {
  readonly name: string;
  readonly intent: Intent;
  readonly inAddition: readonly string[];
  /** The ledger's row on how the gateway is reached. */
  readonly reached: string;
}

const HTTP = "stage $default of API storefront-dev";
const REST = "stage live of REST API storefront-dev";
const BY_NAME = `at ${DOMAIN.name} only`;
const BY_AWS = "at the default execute-api endpoint";
const CERTIFICATE = "with a client certificate from the trust store";
const WALL = "behind web ACL storefront-dev";
const SERVED = "serves deployment gateway; access log on";

const combinations: readonly Combination[] = [
  {
    name: "http with a name in Route 53",
    intent: httpWith({ domain: DOMAIN }),
    inAddition: [...NAME, ...RECORDS],
    reached: `${HTTP}: ${BY_NAME}; access log on`,
  },
  {
    name: "http whose certificate is asked for in another DNS",
    intent: httpWith({ domain: { name: DOMAIN.name } }),
    inAddition: ["acm_certificate"],
    reached: `${HTTP}: ${BY_AWS}; access log on`,
  },
  {
    name: "http with a name in another DNS, for clients with certificates",
    intent: httpWith({ domain: ELSEWHERE, mutualTls: MUTUAL_TLS }),
    inAddition: [...NAME, ...CERTIFICATES],
    reached: `${HTTP}: ${BY_NAME}; ${CERTIFICATE}; access log on`,
  },
  {
    name: "rest with a name, a firewall and quotas",
    intent: restWith({ domain: DOMAIN, waf: WAF, ...QUOTA }),
    inAddition: [...NAME, ...RECORDS, ...FIREWALL, ...USAGE],
    reached: `${REST}: ${BY_NAME}; ${WALL}; ${SERVED}`,
  },
  {
    name: "rest without a name, with a firewall, for some networks",
    intent: restWith({ waf: WAF, allowedNetworks: NETWORKS }),
    inAddition: [...FIREWALL, ...POLICY],
    reached: `${REST}: ${BY_AWS}; ${WALL}; ${SERVED}`,
  },
  {
    name: "rest with all of it",
    intent: restWith({ domain: DOMAIN, waf: WAF, mutualTls: MUTUAL_TLS, allowedNetworks: NETWORKS, ...QUOTA }),
    inAddition: EVERY,
    reached: `${REST}: ${BY_NAME}; ${CERTIFICATE}; ${WALL}; ${SERVED}`,
  },
];

describe.each(combinations)("$name", ({ intent, inAddition, reached }) => {
  const stack = stackOf(intent);

  test("the ledger shows the gateway's addresses and the filters before it", () => {
    const rows = ledgerInWords(stack.json, JSON.parse(JSON.stringify(authorizerPolicy(intent))));
    const found = rows
      .filter(({ permission }) => permission === "send requests")
      .map(({ resource, condition }) => `${resource}: ${condition}`);
    expect(found).toEqual([reached]);
  });

  test("declares the needed resources, and closes the API's own address once the name is live", () => {
    const types = new Set(stack.addresses().map((address) => address.split(".")[0]));
    expect(EVERY.filter((type) => types.has(`aws_${type}`)).sort()).toEqual([...inAddition].sort());
    const api = intent.gateway.kind === "rest" ? "aws_api_gateway_rest_api" : "aws_apigatewayv2_api";
    const isClosed = intent.gateway.domain?.step === "live";
    expect(stack.resource(api, "gateway").disable_execute_api_endpoint ?? false).toBe(isClosed);
  });
});
