import { type AwsNeeds, NONE, onGateway } from "./need";

const DOMAIN = onGateway("domainNames", "DELETE", "PATCH", "POST", "PUT");

/** A custom domain, its certificate and its records. */
export const DOMAIN_NEEDS: AwsNeeds = {
  aws_acm_certificate: [
    {
      on: "certificates",
      read: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
      write: ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"],
    },
    { on: "everything", read: NONE, write: ["acm:RequestCertificate"] },
  ],
  aws_acm_certificate_validation: [{ on: "certificates", read: ["acm:DescribeCertificate"], write: NONE }],
  aws_apigatewayv2_api_mapping: DOMAIN,
  aws_apigatewayv2_domain_name: [
    ...DOMAIN,
    // A separate permission, in addition to the one to create or change the domain.
    {
      on: "domainNames",
      read: NONE,
      write: ["apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain"],
    },
  ],
  aws_route53_record: [
    { on: "hostedZone", read: ["route53:GetHostedZone", "route53:ListResourceRecordSets"], write: NONE },
    { on: "dnsRecords", read: NONE, write: ["route53:ChangeResourceRecordSets"] },
    { on: "dnsChanges", read: NONE, write: ["route53:GetChange"] },
  ],
};
