import type { GatewayIntent } from "../../intent/model/gateway-intent";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

const APIS = ["aws_apigatewayv2_api", "aws_api_gateway_rest_api"];

/**
 * If config requires client certificates, every address requires them. The APIs' own addresses are disabled, and the
 * domain trusts one version of its trust store, which cannot be overwritten.
 */
export const mutualTls: BuiltInRule<{ readonly gateway: Pick<GatewayIntent, "mutualTls"> }> = {
  id: "mutual-tls",
  promise: "Every address of the API requires a client certificate, checked against one version of the trust store.",
  findings(stack, { gateway: { mutualTls: asked } }) {
    if (asked === undefined) return [];
    const open = resourcesOf(stack, ...APIS)
      .filter(({ attributes }) => attributes.disable_execute_api_endpoint !== true)
      .map(finding("accepts callers without a certificate at its default endpoint: set disable_execute_api_endpoint"));
    const domains = resourcesOf(stack, "aws_apigatewayv2_domain_name").flatMap((domain) =>
      domainFindings(stack, domain, asked.truststore),
    );
    return [...open, ...domains];
  },
};

function domainFindings(stack: StackJson, { address, attributes }: Resource, truststore: string): Finding[] {
  const asked = attributes.mutual_tls_authentication as
    | { truststore_uri?: unknown; truststore_version?: unknown }
    | undefined;
  if (asked === undefined) {
    return [{ address, message: "does not require client certificates: set mutual_tls_authentication" }];
  }
  const object = referred(stack, asked.truststore_version);
  if (object?.type !== "aws_s3_object") {
    return [
      { address, message: "trusts any version of the trust store: set truststore_version to the object's version" },
    ];
  }
  const version = `\${${object.address}.version_id}`;
  const uri = `s3://${object.attributes.bucket}/\${${object.address}.key}`;
  if (asked.truststore_version !== version || asked.truststore_uri !== uri) {
    return [{ address, message: `trusts ${asked.truststore_uri}: expected ${uri} in the version ${version}` }];
  }
  return objectFindings(stack, object, truststore);
}

function objectFindings(stack: StackJson, { address, attributes }: Resource, truststore: string): Finding[] {
  const bucket = referred(stack, attributes.bucket);
  const isVersioned = resourcesOf(stack, "aws_s3_bucket_versioning").some((versioning) => {
    const { status } = (versioning.attributes.versioning_configuration ?? {}) as { status?: unknown };
    return status === "Enabled" && referred(stack, versioning.attributes.bucket)?.address === bucket?.address;
  });
  return [
    ...unless(bucket?.type === "aws_s3_bucket" && isVersioned, address, "is in a bucket without versioning: enable it"),
    ...unless(
      attributes.content === truststore,
      address,
      "holds certificates other than those of the config's trust store",
    ),
  ];
}
