import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { DomainIntent, MutualTlsIntent } from "../../intent/model/gateway-intent";
import { type DnsRecord, DomainCertificate } from "./domain-certificate";
import { Truststore } from "./mutual-tls";

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

/** TLS 1.2 and 1.3. The newer policies do not support HTTP APIs and mutual TLS. */
const SECURITY_POLICY = "TLS_1_2";

/**
 * The API's custom domain. Both kinds of API use the same declarations, because API Gateway's v2 interface also creates
 * regional domains for REST APIs. A switch between the kinds changes only the mapping: name, certificate and DNS stay.
 */
export class Domain extends Construct {
  readonly url: string;
  /** Whether the domain is mapped to the API yet. */
  readonly isOpen: boolean;
  /** Records to create in a DNS outside Route 53; empty if an apply creates them in Route 53. */
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

  /** Maps the domain to the API. Returns the target of the domain's DNS record. */
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
        // Without this the domain has no IPv6 address.
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
