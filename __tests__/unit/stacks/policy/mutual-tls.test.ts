import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../../support/domains";
import { violations } from "../../../support/policy";

const NAME = "aws_apigatewayv2_domain_name.gateway";
const external = { name: DOMAIN.name, records: "validation" };

test.each([
  ["http", httpWith],
  ["rest", restWith],
])("an API of kind %s with client certificates breaks no rule", (_, withGateway) => {
  expect(violations(() => {}, withGateway({ domain: DOMAIN, mutualTls: MUTUAL_TLS }))).toEqual([]);
  expect(violations(() => {}, withGateway({ domain: external, mutualTls: MUTUAL_TLS }))).toEqual([]);
});

const intent = httpWith({ domain: external, mutualTls: MUTUAL_TLS });

test.each<[string, string, string, unknown, string]>([
  [
    "an API with an address of its own",
    "aws_apigatewayv2_api.gateway",
    "disable_execute_api_endpoint",
    false,
    "aws_apigatewayv2_api.gateway: accepts callers without a certificate at its default endpoint",
  ],
  [
    "a domain that asks for no certificate",
    NAME,
    "mutual_tls_authentication",
    undefined,
    `${NAME}: does not require client certificates`,
  ],
  [
    "a domain that trusts whatever lies there",
    NAME,
    "mutual_tls_authentication.truststore_version",
    undefined,
    `${NAME}: trusts any version of the trust store`,
  ],
  [
    "a domain that trusts another object",
    NAME,
    "mutual_tls_authentication.truststore_uri",
    "s3://elsewhere/truststore.pem",
    `${NAME}: trusts s3://elsewhere/truststore.pem: expected s3://\${aws_s3_bucket.truststore.`,
  ],
  [
    "a version that is not the object's",
    NAME,
    "mutual_tls_authentication.truststore_version",
    "${aws_s3_object.truststore.etag}",
    `${NAME}: trusts s3://`,
  ],
  [
    "an object of other certificates",
    "aws_s3_object.truststore",
    "content",
    "-----BEGIN CERTIFICATE-----",
    "aws_s3_object.truststore: holds certificates other than those of the config's",
  ],
  [
    "a bucket without versions",
    "aws_s3_bucket_versioning.truststore",
    "versioning_configuration.status",
    "Suspended",
    "aws_s3_object.truststore: is in a bucket without versioning",
  ],
])("%s stops the synthesis", (_, address, attribute, value, message) => {
  expect(violations((find) => find(address).addOverride(attribute, value), intent)).toEqual([
    expect.stringContaining(message),
  ]);
});

test("a trust store in an undeclared bucket does not count as versioned", () => {
  const found = violations((find) => {
    find("aws_s3_object.truststore").addOverride("bucket", "elsewhere");
    find(NAME).addOverride(
      "mutual_tls_authentication.truststore_uri",
      "s3://elsewhere/${aws_s3_object.truststore.key}",
    );
    find("aws_s3_bucket_versioning.truststore").addOverride("bucket", "another");
  }, intent);
  expect(found).toEqual([expect.stringContaining("aws_s3_object.truststore: is in a bucket without versioning")]);
});

test("a REST API's own address must also be closed, even before its domain exists", () => {
  const opened = violations(
    (find) => find("aws_api_gateway_rest_api.gateway").addOverride("disable_execute_api_endpoint", false),
    restWith({ domain: { name: DOMAIN.name, records: "none" }, mutualTls: MUTUAL_TLS }),
  );
  expect(opened).toEqual([expect.stringContaining("accepts callers without a certificate")]);
});
