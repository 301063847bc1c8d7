import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import type { EnvironmentStack } from "cloud-front-door";

/** A function that each change of the table triggers. Its code is the folder `order-changes/`. */
export function orderChanges(stack: EnvironmentStack, table: DynamodbTable | undefined): void {
  if (table === undefined) return; // an environment without it
  const name = `${stack.prefix}-order-changes`;
  const logs = new CloudwatchLogGroup(stack, "order-changes-logs", {
    name: `/aws/lambda/${name}`,
    retentionInDays: 30,
  });
  const role = new IamRole(stack, "order-changes-role", {
    name,
    assumeRolePolicy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
    }),
  });
  const permissions = new IamRolePolicy(stack, "order-changes-permissions", {
    role: role.name,
    policy: policy(
      {
        Effect: "Allow",
        Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        Resource: table.streamArn,
      },
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logs.arn}:*` },
    ),
  });
  const code = new TerraformAsset(stack, "order-changes-code", { path: "order-changes", type: AssetType.ARCHIVE });
  const receiver = new LambdaFunction(stack, "order-changes", {
    functionName: name,
    role: role.arn,
    runtime: "nodejs22.x",
    handler: "index.handler",
    filename: code.path,
    loggingConfig: { logFormat: "Text", logGroup: logs.name },
  });
  new LambdaEventSourceMapping(stack, "order-changes-trigger", {
    eventSourceArn: table.streamArn,
    functionName: receiver.arn,
    startingPosition: "LATEST",
    // Lambda refuses a mapping whose function may not read the stream.
    dependsOn: [permissions],
  });
}

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
