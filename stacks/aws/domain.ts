import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { DomainIntent, MutualTlsIntent } from "../../intent/model/gateway-intent";
import { type DnsRecord, DomainCertificate } from "./domain-certificate";
import { Truststore } from "./mutual-tls";

/** What a domain leads to. */
export interface MappedApi {
  readonly id: string;
  readonly stage: string;
  /** Wait for these before the name leads there. */
  readonly ready: readonly ITerraformDependable[];
}

export interface DomainProps {
  readonly domain: DomainIntent;
  /** Callers bring a certificate of one of its authorities. */
  readonly mutualTls?: MutualTlsIntent;
  readonly api: MappedApi;
}

/** 1.2 and 1.3. The newer policies exclude HTTP APIs and mutual TLS. */
const SECURITY_POLICY = "TLS_1_2";

/**
 * The API's own name. The same declarations for both kinds of API (API Gateway's second interface makes regional domains of
 * REST APIs too), so that a switch from one to the other moves the mapping alone: name, certificate and DNS stay.
 */
export class Domain extends Construct {
  readonly url: string;
  /** Whether the name leads to the API yet. */
  readonly isOpen: boolean;
  /** Records to create in a DNS outside Route 53; none where an apply creates them in Route 53. */
  readonly records: readonly DnsRecord[];

  constructor(scope: Construct, id: string, { domain, mutualTls, api }: DomainProps) {
    super(scope, id);
    this.url = `https://${domain.name}`;
    const certificate = new DomainCertificate(this, "Certificate", domain);
    const truststore = mutualTls && new Truststore(this, "Truststore", mutualTls);
    const target =
      certificate.issuedArn === undefined ? undefined : this.open(domain, certificate.issuedArn, api, truststore);
    this.isOpen = target !== undefined;
    const records = [certificate.record, ...(target ? [{ type: "CNAME", name: domain.name, value: target }] : [])];
    this.records = domain.zoneId === undefined ? records : [];
  }

  /** Leads the name to the API. Returns what a record of the name has to point to. */
  private open(
    { name, zoneId }: DomainIntent,
    certificateArn: string,
    api: MappedApi,
    truststore?: Truststore,
  ): string {
    const made = new Apigatewayv2DomainName(this, "gateway", {
      domainName: name,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        // Without it the name has no address of version 6.
        ipAddressType: "dualstack",
        securityPolicy: SECURITY_POLICY,
      },
      ...(truststore && {
        mutualTlsAuthentication: { truststoreUri: truststore.uri, truststoreVersion: truststore.version },
      }),
    });
    new Apigatewayv2ApiMapping(new Construct(this, "Mapping"), "gateway", {
      apiId: api.id,
      domainName: made.id,
      stage: api.stage,
      dependsOn: [...api.ready],
    });
    const { targetDomainName, hostedZoneId } = made.domainNameConfiguration;
    if (zoneId !== undefined) this.alias(zoneId, name, { name: targetDomainName, zoneId: hostedZoneId });
    return targetDomainName;
  }

  private alias(zoneId: string, name: string, target: { readonly name: string; readonly zoneId: string }): void {
    const alias = { ...target, evaluateTargetHealth: false };
    new Route53Record(this, "ipv4", { zoneId, name, type: "A", alias });
    new Route53Record(this, "ipv6", { zoneId, name, type: "AAAA", alias });
  }
}
