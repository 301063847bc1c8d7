/** The logs that bear witness, and where each is; `<prefix>` is `<name>-<env>`. */
export const LOGS = {
  access:
    "CloudWatch, `/aws/vendedlogs/<prefix>-access` or `-rest-access`: each request, who made it, what became of it",
  decisions: "CloudWatch, `/aws/lambda/<prefix>-callers` and `-public`: each decision of a function, with its reason",
  rotations:
    "CloudWatch, `/aws/lambda/<prefix>-rotate-<client>`: each step of a rotation, and each day how old the secret is",
  firewall: "CloudWatch, `aws-waf-logs-<prefix>`: each request that a firewall saw (`gateway.waf`)",
  requests: "Cloud Logging, `run.googleapis.com/requests`: each request that reached a service",
  audit:
    "Cloud Logging, `cloudaudit.googleapis.com/data_access`: each token exchange and minted token (`google.ownsProject`)",
  cloudtrail: "AWS CloudTrail, of the account and not of this project: each role that was assumed, each change",
} as const;

export type LogName = keyof typeof LOGS;
