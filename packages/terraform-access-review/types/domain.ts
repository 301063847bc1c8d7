import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

export const DOMAIN: Readonly<Record<string, ResourceType>> = {
  aws_acm_certificate: {
    writes: ["domain_name", "lifecycle.create_before_destroy", "validation_method"],
    replaces: [
      "certificate_authority_arn",
      "domain_name",
      "key_algorithm",
      "subject_alternative_names",
      "validation_method",
    ],
    covered: [
      covered(/^(arn|domain_name|domain_validation_options\b.*|id|not_(after|before)|status|validation_emails)$/),
    ],
  },
  aws_acm_certificate_validation: {
    writes: ["certificate_arn", "validation_record_fqdns"],
    replaces: ["certificate_arn", "validation_record_fqdns"],
    covered: [covered(/./)],
    refersTo: { certificate_arn: ["aws_acm_certificate.arn"], validation_record_fqdns: ["aws_route53_record.fqdn"] },
  },
  aws_route53_record: {
    expressions: ["name", "records", "type"],
    writes: [
      "alias.evaluate_target_health",
      "alias.name",
      "alias.zone_id",
      "name",
      "records",
      "ttl",
      "type",
      "zone_id",
    ],
    replaces: ["name", "set_identifier", "type", "zone_id"],
    isRead: () => false,
    refersTo: {
      alias: ["aws_apigatewayv2_domain_name.domain_name_configuration"],
      name: ["aws_acm_certificate.domain_validation_options"],
      records: ["aws_acm_certificate.domain_validation_options"],
      type: ["aws_acm_certificate.domain_validation_options"],
    },
  },
};
