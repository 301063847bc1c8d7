/** What every function of an environment has in common, in Terraform's words: the stack declares it, and a review compares it. */

export const FUNCTION_FORM = {
  architectures: ["arm64"],
  runtime: "nodejs24.x",
  logging: { application_log_level: "INFO", log_format: "JSON", system_log_level: "WARN" },
} as const;

/** The trust policy of an execution role. */
export const EXECUTION_TRUST = [
  { Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
] as const;

/** An execution role may write its function's own log. */
export function ownLogPermission(logArn: string) {
  return {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logArn}:*`,
  } as const;
}
