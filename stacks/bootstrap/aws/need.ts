import type { AwsResources } from "./resources";

/** Actions that Terraform's provider calls for one resource type. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. */
  readonly read: readonly string[];
  /** To create, change and destroy, in addition to what reading needs. */
  readonly write: readonly string[];
}

export type AwsNeeds = Readonly<Record<string, readonly AwsNeed[]>>;

export const NONE: readonly string[] = [];

/** API Gateway's actions are HTTP methods. Reading includes reading tags. */
export const onGateway = (
  on: AwsResources,
  ...methods: readonly ("PATCH" | "POST" | "PUT" | "DELETE")[]
): readonly AwsNeed[] => [{ on, read: ["apigateway:GET"], write: methods.map((method) => `apigateway:${method}`) }];

/** The identity that creates a stage also sets up the delivery of its access logs ("Configure logging for HTTP APIs"). */
export const LOG_DELIVERY: AwsNeed = {
  on: "everything",
  read: NONE,
  write: [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ],
};
