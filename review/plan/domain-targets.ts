/** What the attributes of a custom domain's and a web ACL's types refer to. */
export const DOMAIN_TARGETS: Readonly<Record<string, readonly string[]>> = {
  "aws_acm_certificate_validation.certificate_arn": ["aws_acm_certificate.arn"],
  "aws_acm_certificate_validation.validation_record_fqdns": ["aws_route53_record.fqdn"],
  "aws_apigatewayv2_api_mapping.api_id": ["aws_api_gateway_rest_api.id", "aws_apigatewayv2_api.id"],
  "aws_apigatewayv2_api_mapping.domain_name": ["aws_apigatewayv2_domain_name.id"],
  "aws_apigatewayv2_api_mapping.stage": ["aws_api_gateway_stage.stage_name", "aws_apigatewayv2_stage.name"],
  "aws_apigatewayv2_domain_name.domain_name_configuration": ["aws_acm_certificate_validation.certificate_arn"],
  "aws_route53_record.alias": ["aws_apigatewayv2_domain_name.domain_name_configuration"],
  "aws_route53_record.name": ["aws_acm_certificate.domain_validation_options"],
  "aws_route53_record.records": ["aws_acm_certificate.domain_validation_options"],
  "aws_route53_record.type": ["aws_acm_certificate.domain_validation_options"],
  "aws_wafv2_web_acl_association.resource_arn": ["aws_api_gateway_stage.arn"],
  "aws_wafv2_web_acl_association.web_acl_arn": ["aws_wafv2_web_acl.arn"],
  "aws_wafv2_web_acl_logging_configuration.log_destination_configs": ["aws_cloudwatch_log_group.arn"],
  "aws_wafv2_web_acl_logging_configuration.resource_arn": ["aws_wafv2_web_acl.arn"],
};
