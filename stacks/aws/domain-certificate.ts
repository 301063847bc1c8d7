import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { DomainIntent } from "../../intent/model/gateway-intent";

/** A DNS record that a person must create by hand. */
export interface DnsRecord {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

const TTL_SECONDS = 300;

/**
 * The domain's certificate. AWS issues it once its validation record is published, and renews it while the record
 * exists.
 */
export class DomainCertificate extends Construct {
  /** The validation record that AWS checks. */
  readonly record: DnsRecord;
  /** ARN, known once the certificate is issued; undefined if no resource waits for it. */
  readonly issuedArn: string | undefined;

  constructor(scope: Construct, id: string, { name, zoneId, step }: DomainIntent) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "gateway", {
      domainName: name,
      validationMethod: "DNS",
      // A domain must never be without a certificate.
      lifecycle: { createBeforeDestroy: true },
    });
    // One name needs one validation record.
    const { resourceRecordName, resourceRecordType, resourceRecordValue } = certificate.domainValidationOptions.get(0);
    this.record = { type: resourceRecordType, name: resourceRecordName, value: resourceRecordValue };
    if (step === "certificate") return;
    const record =
      zoneId === undefined
        ? undefined
        : new Route53Record(this, "validation", {
            zoneId,
            name: this.record.name,
            type: this.record.type,
            ttl: TTL_SECONDS,
            records: [this.record.value],
          });
    const validation = new AcmCertificateValidation(new Construct(this, "Issued"), "gateway", {
      certificateArn: certificate.arn,
      ...(record && { validationRecordFqdns: [record.fqdn] }),
    });
    this.issuedArn = validation.certificateArn;
  }
}
