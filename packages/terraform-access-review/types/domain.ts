import { isValidationRecord, soleReference } from "../terraform-json/references";
import type { ResourceType } from "./resource-type";

export const DOMAIN: Readonly<Record<string, ResourceType>> = {
  aws_acm_certificate: {
    replaces: [
      "certificate_authority_arn",
      "domain_name",
      "key_algorithm",
      "subject_alternative_names",
      "validation_method",
    ],
    covered: [/^(arn|domain_name|domain_validation_options\b.*|id|not_(after|before)|status|validation_emails)$/],
    going: {
      status: /^(EXPIRED|FAILED|INACTIVE|REVOKED|VALIDATION_TIMED_OUT)$/,
      "renewal_summary.renewal_status": /^FAILED$/,
    },
  },
  aws_acm_certificate_validation: { replaces: ["certificate_arn", "validation_record_fqdns"], covered: [/./] },
  aws_route53_record: {
    expressions: ["name", "records", "type"],
    replaces: ["name", "set_identifier", "type", "zone_id"],
    // A name for a domain of this stack, or the proof that AWS wants before it issues this stack's certificate.
    isRead: ({ alias, records = [], type, name }) =>
      alias === undefined
        ? [name, type, ...records].every(isValidationRecord)
        : [alias].flat().every((each) => soleReference(each?.name)?.type === "aws_apigatewayv2_domain_name"),
  },
};
