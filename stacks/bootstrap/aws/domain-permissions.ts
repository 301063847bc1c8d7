import { type AwsNeeds, actionsOf, onGateway } from "./need";

const acm = actionsOf("acm");
const gateway = actionsOf("apigateway");
const route53 = actionsOf("route53");

const DOMAIN = onGateway("domainNames", "DELETE", "PATCH", "POST", "PUT");

/** A custom domain, its certificate and its records. */
export const DOMAIN_NEEDS: AwsNeeds = {
  aws_acm_certificate: [
    {
      on: "certificates",
      read: acm("DescribeCertificate", "ListTagsForCertificate"),
      write: acm("AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate"),
    },
    { on: "everything", write: acm("RequestCertificate") },
  ],
  aws_acm_certificate_validation: [{ on: "certificates", read: acm("DescribeCertificate") }],
  aws_apigatewayv2_api_mapping: DOMAIN,
  aws_apigatewayv2_domain_name: [
    ...DOMAIN,
    // A separate permission, in addition to the one to create or change the domain.
    {
      on: "domainNames",
      write: gateway("AddCertificateToDomain", "RemoveCertificateFromDomain"),
    },
  ],
  aws_route53_record: [
    { on: "hostedZone", read: route53("GetHostedZone", "ListResourceRecordSets") },
    { on: "dnsRecords", write: route53("ChangeResourceRecordSets") },
    { on: "dnsChanges", write: route53("GetChange") },
  ],
};
