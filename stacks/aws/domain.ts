import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import {
  Apigatewayv2DomainName,
  type Apigatewayv2DomainNameMutualTlsAuthentication,
} from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { DomainIntent, GatewayIntent, MutualTlsIntent } from "../../intent/model/gateway-intent";
import { comesFrom } from "../shared/comes-from";
import { PrivateBucket } from "./private-bucket";

/** A DNS record that a person must create by hand. */
export interface DnsRecord {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

/** The API that a domain maps to. */
export interface MappedApi {
  readonly id: string;
  readonly stage: string;
  /** Wait for these before mapping the domain. */
  readonly ready: readonly ITerraformDependable[];
}

export interface DomainProps {
  readonly domain: DomainIntent;
  /** Callers must present a certificate from one of its authorities. */
  readonly mutualTls?: MutualTlsIntent;
  readonly api: MappedApi;
}

/**
 * Whether the API's own address is disabled. Once the domain is live, callers can use only the domain. With mutual TLS,
 * every address that does not require a certificate is closed.
 */
export function isClosed({ domain, mutualTls }: GatewayIntent): boolean {
  return mutualTls !== undefined || domain?.step === "live";
}

/** TLS 1.2 and 1.3. The newer policies do not support HTTP APIs and mutual TLS. */
const SECURITY_POLICY = "TLS_1_2";

const TTL_SECONDS = 300;

const TRUSTSTORE_KEY = "truststore.pem";
/** How long a replaced trust store can be restored, in days. */
const TRUSTSTORE_KEPT_DAYS = 365;

/**
 * The API's custom domain. Both kinds of API use the same declarations, because API Gateway's v2 interface also creates
 * regional domains for REST APIs. A switch between the kinds changes only the mapping: name, certificate and DNS stay.
 */
export class Domain extends Construct {
  readonly url: string;
  /** The domain's own host in this region; undefined until the certificate is issued. */
  readonly target: string | undefined;
  /** Records to create in a DNS outside Route 53; empty if an apply creates them in Route 53. */
  readonly records: readonly DnsRecord[];

  constructor(scope: Construct, id: string, { domain, mutualTls, api }: DomainProps) {
    super(scope, id);
    comesFrom(this, ["gateway", "domain"], { domain_name: ["name"] });
    this.url = `https://${domain.name}`;
    const certificate = this.certificate(domain);
    const truststore = mutualTls && this.truststore(mutualTls);
    const target =
      certificate.issuedArn === undefined ? undefined : this.open(domain, certificate.issuedArn, api, truststore);
    this.target = target;
    const records = [certificate.record, ...(target ? [{ type: "CNAME", name: domain.name, value: target }] : [])];
    this.records = domain.zoneId === undefined ? records : [];
  }

  /**
   * The domain's certificate. AWS issues it once its validation record is published, and renews it while the record
   * exists.
   *
   * @returns the validation record that AWS checks, and the ARN of the issued certificate; undefined if no resource waits
   * for it
   */
  private certificate({ name, zoneId, step, routing }: DomainIntent): { record: DnsRecord; issuedArn?: string } {
    const certificate = new AcmCertificate(this, "gateway", {
      domainName: name,
      validationMethod: "DNS",
      // A domain must never be without a certificate.
      lifecycle: { createBeforeDestroy: true },
    });
    // One name needs one validation record.
    const { resourceRecordName, resourceRecordType, resourceRecordValue } = certificate.domainValidationOptions.get(0);
    const record = { type: resourceRecordType, name: resourceRecordName, value: resourceRecordValue };
    if (step === "certificate") return { record };
    const { value, ...named } = record;
    const published =
      zoneId !== undefined &&
      (routing?.hasValidation ?? true) &&
      new Route53Record(this, "validation", { zoneId, ...named, ttl: TTL_SECONDS, records: [value] });
    const validation = new AcmCertificateValidation(new Construct(this, "Issued"), "gateway", {
      certificateArn: certificate.arn,
      ...(published && { validationRecordFqdns: [published.fqdn] }),
    });
    return { record, issuedArn: validation.certificateArn };
  }

  /**
   * The certificates of the authorities whose clients may connect. Their bucket is versioned and the domain names the
   * version it trusts, so a write to the bucket changes nothing.
   */
  private truststore({ bucket: name, truststore, protect }: MutualTlsIntent) {
    const bucket = new PrivateBucket(this, "Truststore", {
      address: "truststore",
      // Without protection, deleting an environment deletes the bucket's content too.
      bucket: { bucket: name, forceDestroy: !protect, lifecycle: { preventDestroy: protect } },
      kept: { noncurrentDays: TRUSTSTORE_KEPT_DAYS },
    });
    comesFrom(bucket, ["gateway", "mutualTls", "truststore"]);
    const object = new S3Object(this, "truststore", {
      bucket: bucket.id,
      key: TRUSTSTORE_KEY,
      content: truststore,
      contentType: "application/x-pem-file",
      // S3 allows ten tags per object, and config may have more. The bucket has the tags instead.
      overrideProvider: { defaultTags: { tags: {} } },
      dependsOn: bucket.ready,
    });
    comesFrom(object, ["gateway", "mutualTls", "truststore"]);
    return { truststoreUri: `s3://${bucket.id}/${object.key}`, truststoreVersion: object.versionId };
  }

  /** Maps the domain to the API. Returns the target of the domain's DNS record. */
  private open(
    { name, zoneId, routing }: DomainIntent,
    certificateArn: string,
    api: MappedApi,
    mutualTlsAuthentication?: Apigatewayv2DomainNameMutualTlsAuthentication,
  ): string {
    const made = new Apigatewayv2DomainName(new Construct(this, "Name"), "gateway", {
      domainName: name,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        // Without this the domain has no IPv6 address.
        ipAddressType: "dualstack",
        securityPolicy: SECURITY_POLICY,
      },
      ...(mutualTlsAuthentication && { mutualTlsAuthentication }),
    });
    comesFrom(made, ["gateway"], { domain_name: ["domain", "name"], mutual_tls_authentication: ["mutualTls"] });
    new Apigatewayv2ApiMapping(new Construct(this, "Mapping"), "gateway", {
      apiId: api.id,
      domainName: made.id,
      stage: api.stage,
      dependsOn: [...api.ready],
    });
    const { targetDomainName, hostedZoneId } = made.domainNameConfiguration;
    if (zoneId === undefined) return targetDomainName;
    const alias = { name: targetDomainName, zoneId: hostedZoneId, evaluateTargetHealth: routing !== undefined };
    const record = { zoneId, name, alias, ...(routing && routed(routing)) };
    new Route53Record(this, "ipv4", { ...record, type: "A" });
    new Route53Record(this, "ipv6", { ...record, type: "AAAA" });
    return targetDomainName;
  }
}

/**
 * Route 53 takes a record out while API Gateway is unavailable in its region, and only then.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/dns-failover.html
 */
function routed({ policy, identifier, region }: NonNullable<DomainIntent["routing"]>) {
  return {
    setIdentifier: identifier,
    ...(policy === "latency"
      ? { latencyRoutingPolicy: { region } }
      : { failoverRoutingPolicy: { type: policy.toUpperCase() } }),
  };
}
