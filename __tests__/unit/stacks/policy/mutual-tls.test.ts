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

const MTLS = "mutual_tls_authentication";
const API = "aws_apigatewayv2_api.gateway";
const OBJECT = "aws_s3_object.truststore";
const VERSIONING = "aws_s3_bucket_versioning.truststore";
const ETAG = `\${${OBJECT}.etag}`;
const ELSEWHERE = "s3://elsewhere/truststore.pem";

test.each<[string, string, unknown, string]>([
  [API, "disable_execute_api_endpoint", false, `${API}: accepts callers without a certificate at its default endpoint`],
  [NAME, MTLS, undefined, `${NAME}: does not require client certificates`],
  [NAME, `${MTLS}.truststore_version`, undefined, `${NAME}: trusts any version of the trust store`],
  [
    NAME,
    `${MTLS}.truststore_uri`,
    ELSEWHERE,
    `${NAME}: trusts ${ELSEWHERE}: expected s3://\${aws_s3_bucket.truststore.`,
  ],
  [NAME, `${MTLS}.truststore_version`, ETAG, `${NAME}: trusts s3://`],
  [OBJECT, "content", "-----BEGIN CERTIFICATE-----", `${OBJECT}: holds certificates other than those of the config's`],
  [VERSIONING, "versioning_configuration.status", "Suspended", `${OBJECT}: is in a bucket without versioning`],
])("%s with another %s stops the synthesis: %s", (address, attribute, value, message) => {
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
