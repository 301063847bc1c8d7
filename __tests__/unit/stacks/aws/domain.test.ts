import type { Intent } from "../../../../intent/model/intent";
import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../../support/domains";
import { stackOf, statements } from "../../../support/stack";
import { twins } from "../../../support/twins";

const NAME = DOMAIN.name;
const RECORD = "${tolist(aws_acm_certificate.gateway.domain_validation_options).0";

describe.each([
  ["http", httpWith, "aws_apigatewayv2_api", "aws_apigatewayv2_stage", "name"],
  ["rest", restWith, "aws_api_gateway_rest_api", "aws_api_gateway_stage", "stage_name"],
] as const)("a domain of an API of kind %s", (_, withGateway, api, stage, stageName) => {
  const stack = stackOf(withGateway({ domain: DOMAIN }));

  test("has a certificate, validated in the zone, before it is mapped", () => {
    expect(stack.resource("aws_acm_certificate", "gateway")).toEqual({
      domain_name: NAME,
      validation_method: "DNS",
      lifecycle: { create_before_destroy: true },
    });
    expect(stack.resource("aws_route53_record", "validation")).toEqual({
      zone_id: DOMAIN.zoneId,
      name: `${RECORD}.resource_record_name}`,
      type: `${RECORD}.resource_record_type}`,
      records: [`${RECORD}.resource_record_value}`],
      ttl: 300,
    });
    expect(stack.resource("aws_acm_certificate_validation", "gateway")).toEqual({
      certificate_arn: "${aws_acm_certificate.gateway.arn}",
      validation_record_fqdns: ["${aws_route53_record.validation.fqdn}"],
    });
    expect(stack.resource("aws_apigatewayv2_domain_name", "gateway")).toEqual({
      domain_name: NAME,
      domain_name_configuration: {
        certificate_arn: "${aws_acm_certificate_validation.gateway.certificate_arn}",
        endpoint_type: "REGIONAL",
        ip_address_type: "dualstack",
        security_policy: "TLS_1_2",
      },
    });
  });

  test("is mapped to the stage, with IPv4 and IPv6 records", () => {
    expect(stack.resource("aws_apigatewayv2_api_mapping", "gateway")).toEqual({
      api_id: `\${${api}.gateway.id}`,
      domain_name: "${aws_apigatewayv2_domain_name.gateway.id}",
      stage: `\${${stage}.gateway.${stageName}}`,
      depends_on: [`${stage}.gateway`],
    });
    const target = "${aws_apigatewayv2_domain_name.gateway.domain_name_configuration[0]";
    for (const [name, type] of [
      ["ipv4", "A"],
      ["ipv6", "AAAA"],
    ] as const) {
      expect(stack.resource("aws_route53_record", name)).toEqual({
        zone_id: DOMAIN.zoneId,
        name: NAME,
        type,
        alias: {
          name: `${target}.target_domain_name}`,
          zone_id: `${target}.hosted_zone_id}`,
          evaluate_target_health: false,
        },
      });
    }
  });
});

test.each([
  [
    ["primary", "secondary"],
    { failover_routing_policy: { type: "PRIMARY" } },
    { failover_routing_policy: { type: "SECONDARY" } },
  ],
  [
    ["latency", "latency"],
    { latency_routing_policy: { region: "eu-west-1" } },
    { latency_routing_policy: { region: "us-east-1" } },
  ],
] as const)("a name of two regions has records of both, whose health counts: %j", (failover, primary, twin) => {
  const [one, other] = twins(failover).map(stackOf);
  for (const type of ["ipv4", "ipv6"]) {
    const healthy = { alias: expect.objectContaining({ evaluate_target_health: true }), name: NAME };
    expect(one?.resource("aws_route53_record", type)).toMatchObject({ ...primary, ...healthy, set_identifier: "prod" });
    expect(other?.resource("aws_route53_record", type)).toMatchObject({
      ...twin,
      ...healthy,
      set_identifier: "prod-us",
    });
  }
});

test("a domain has an output with its host in this region once calls arrive at it", () => {
  const target = "${aws_apigatewayv2_domain_name.gateway.domain_name_configuration[0].target_domain_name}";
  const [primary, twin] = twins();
  const early = restWith({ domain: { name: NAME, records: "validation" } });
  const outputs = [primary, twin, restWith({ domain: DOMAIN }), early, httpWith({})].map(
    (intent) => stackOf(intent).json.output.api_target?.value,
  );
  expect(outputs).toEqual([target, target, target, undefined, undefined]);
});

test("the certificate of a twin waits for the validation record that its primary's stack has", () => {
  const [, twin] = twins();
  const { resource } = stackOf(twin).json;
  expect(Object.keys(resource.aws_route53_record).sort()).toEqual(["ipv4", "ipv6"]);
  expect(resource.aws_acm_certificate_validation.gateway).toEqual({
    certificate_arn: "${aws_acm_certificate.gateway.arn}",
  });
});

describe("a domain whose DNS is hosted elsewhere", () => {
  const at = (records: string) => stackOf(httpWith({ domain: { name: NAME, records } }));
  const valuesOf = (stack: ReturnType<typeof at>) => stack.json.output.dns_records.value;
  const validation = {
    type: `${RECORD}.resource_record_type}`,
    name: `${RECORD}.resource_record_name}`,
    value: `${RECORD}.resource_record_value}`,
  };
  const alias = {
    type: "CNAME",
    name: NAME,
    value: "${aws_apigatewayv2_domain_name.gateway.domain_name_configuration[0].target_domain_name}",
  };
  const types = (stack: ReturnType<typeof at>) =>
    stack.addresses().filter((address) => /acm|domain_name|mapping|route53/.test(address));

  test("first requests a certificate, waits for nothing, and outputs the record", () => {
    const stack = at("none");
    expect(types(stack)).toEqual(["aws_acm_certificate.gateway"]);
    expect(valuesOf(stack)).toEqual([validation]);
    expect(stack.json.output.api_url.value).toBe("${aws_apigatewayv2_stage.gateway.invoke_url}");
  });

  test("then waits for the certificate, maps the name to the API, and outputs the name's target", () => {
    const stack = at("validation");
    expect(types(stack)).toEqual([
      "aws_acm_certificate.gateway",
      "aws_acm_certificate_validation.gateway",
      "aws_apigatewayv2_api_mapping.gateway",
      "aws_apigatewayv2_domain_name.gateway",
    ]);
    expect(stack.resource("aws_acm_certificate_validation", "gateway").validation_record_fqdns).toBeUndefined();
    expect(valuesOf(stack)).toEqual([validation, alias]);
    expect(stack.resource("aws_apigatewayv2_api", "gateway").disable_execute_api_endpoint).toBe(false);
    expect(stack.json.output.api_url.value).toBe("${aws_apigatewayv2_stage.gateway.invoke_url}");
  });

  test("disables the API's own address once the name's record exists", () => {
    const stack = at("all");
    expect(types(stack)).toEqual(types(at("validation")));
    expect(valuesOf(stack)).toEqual([validation, alias]);
    expect(stack.resource("aws_apigatewayv2_api", "gateway").disable_execute_api_endpoint).toBe(true);
    expect(stack.json.output.api_url.value).toBe(`https://${NAME}`);
  });
});

describe("mutual TLS", () => {
  const stack = stackOf(httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS }));

  test("trusts one version of a trust store in a private, versioned bucket", () => {
    expect(stack.resource("aws_apigatewayv2_domain_name", "gateway").mutual_tls_authentication).toEqual({
      truststore_uri: "s3://${aws_s3_bucket.truststore.id}/${aws_s3_object.truststore.key}",
      truststore_version: "${aws_s3_object.truststore.version_id}",
    });
    expect(stack.resource("aws_s3_bucket", "truststore").bucket).toBe("storefront-dev-truststore-111122223333");
    expect(stack.resource("aws_s3_bucket_versioning", "truststore").versioning_configuration.status).toBe("Enabled");
    expect(stack.resource("aws_s3_bucket_public_access_block", "truststore")).toEqual({
      bucket: "${aws_s3_bucket.truststore.id}",
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(statements(stack.resource("aws_s3_bucket_policy", "truststore").policy)).toEqual([
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ]);
    expect(stack.resource("aws_s3_object", "truststore")).toEqual({
      bucket: "${aws_s3_bucket.truststore.id}",
      key: "truststore.pem",
      content: MUTUAL_TLS.truststore,
      content_type: "application/x-pem-file",
      override_provider: { default_tags: { tags: {} } },
      depends_on: [
        "aws_s3_bucket_versioning.truststore",
        "aws_s3_bucket_server_side_encryption_configuration.truststore",
      ],
    });
  });

  test("outputs the day on which each authority's certificate expires", () => {
    expect(stack.json.output.truststore.value).toEqual([
      { subject: "CN=Partners Level 1, O=Partners", expires: "2047-06-08" },
      { subject: "CN=Partners Root, O=Partners", expires: "2051-07-17" },
    ]);
  });

  test("protects the bucket if the environment is protected", () => {
    const bucket = (protect: boolean) => stackOf(restWithProtect(protect)).resource("aws_s3_bucket", "truststore");
    expect(bucket(true)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(bucket(false)).toMatchObject({ force_destroy: true, lifecycle: { prevent_destroy: false } });
  });
});

function restWithProtect(protect: boolean): Intent {
  const intent = restWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS });
  const { mutualTls } = intent.gateway;
  if (mutualTls === undefined) throw new Error("no mutual TLS");
  return { ...intent, gateway: { ...intent.gateway, mutualTls: { ...mutualTls, protect } } };
}
