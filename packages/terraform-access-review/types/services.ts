/** The vendor's name of a service and its cloud, by the prefix of the resource type. */
const SERVICES: readonly (readonly [prefix: string, service: string, cloud: Cloud])[] = [
  ["aws_apigateway", "API Gateway", "AWS"],
  ["aws_api_gateway", "API Gateway", "AWS"],
  ["aws_cognito", "Cognito", "AWS"],
  ["aws_cloudwatch", "CloudWatch", "AWS"],
  ["aws_iam", "IAM", "AWS"],
  ["aws_lambda", "Lambda", "AWS"],
  ["aws_s3", "S3", "AWS"],
  ["aws_secretsmanager", "Secrets Manager", "AWS"],
  ["aws_", "other AWS services", "AWS"],
  ["google_cloud_run", "Cloud Run", "Google Cloud"],
  ["google_iam_workload_identity", "Workload identity federation", "Google Cloud"],
  ["google_pubsub", "Pub/Sub", "Google Cloud"],
  ["google_secret_manager", "Secret Manager", "Google Cloud"],
  ["google_logging", "Cloud Logging", "Google Cloud"],
  ["google_monitoring", "Cloud Monitoring", "Google Cloud"],
  ["google_service_account", "Service accounts", "Google Cloud"],
  ["google_project", "Project", "Google Cloud"],
  ["google_", "other Google services", "Google Cloud"],
];

export type Cloud = "AWS" | "Google Cloud" | "Terraform";

/** The service of a type. A part that is not a resource belongs to Terraform itself. */
export function serviceOf(type: string): { readonly service: string; readonly cloud: Cloud } {
  const [, service, cloud] = SERVICES.find(([prefix]) => type.startsWith(prefix)) ?? ["", "Settings", "Terraform"];
  return { service, cloud } as { service: string; cloud: Cloud };
}
