import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { EnvironmentStack } from "cloud-front-door";

/** A table that only the service `orders` may read: its Google identity becomes an AWS role, without a key. */
export function ordersTable(stack: EnvironmentStack): DynamodbTable | undefined {
  const { prefix, services } = stack;
  const { orders } = services;
  if (orders === undefined) return undefined; // an environment without the service
  const table = new DynamodbTable(stack, "orders-table", {
    name: `${prefix}-orders`,
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attribute: [{ name: "id", type: "S" }],
    deletionProtectionEnabled: true,
    streamEnabled: true,
    streamViewType: "KEYS_ONLY",
  });
  const role = new IamRole(stack, "orders-table-reader", {
    name: `${prefix}-orders-table-reader`,
    assumeRolePolicy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "accounts.google.com" },
      // The account's unique id, which is never reused, and an audience that only this role has.
      Condition: {
        StringEquals: {
          "accounts.google.com:sub": orders.runtimeAccountId,
          "accounts.google.com:oaud": `${prefix}-orders-table-reader`,
        },
      },
    }),
  });
  new IamRolePolicy(stack, "orders-table-read", {
    role: role.name,
    policy: policy({ Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource: table.arn }),
  });
  return table;
}

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
