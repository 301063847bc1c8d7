import type { AwsResources } from "./resources";

/** Actions that Terraform's provider calls for one resource type. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. Default: none. */
  readonly read?: readonly string[];
  /** To create, change and destroy, in addition to what reading needs. Default: none. */
  readonly write?: readonly string[];
}

export type AwsNeeds = Readonly<Record<string, readonly AwsNeed[]>>;

/** Actions of one AWS service, by its prefix: `logs("CreateLogGroup")` is `logs:CreateLogGroup`. */
export const actionsOf =
  (service: string) =>
  (...names: readonly string[]): readonly string[] =>
    names.map((name) => `${service}:${name}`);

const gateway = actionsOf("apigateway");
const logs = actionsOf("logs");

/** API Gateway's actions are HTTP methods. Reading includes reading tags. */
export const onGateway = (
  on: AwsResources,
  ...methods: readonly ("PATCH" | "POST" | "PUT" | "DELETE")[]
): readonly AwsNeed[] => [{ on, read: gateway("GET"), write: gateway(...methods) }];

/** The identity that creates a stage also sets up the delivery of its access logs ("Configure logging for HTTP APIs"). */
export const LOG_DELIVERY = {
  on: "everything",
  write: logs(
    "CreateLogDelivery",
    "DeleteLogDelivery",
    "DescribeResourcePolicies",
    "GetLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "UpdateLogDelivery",
  ),
} satisfies AwsNeed;
