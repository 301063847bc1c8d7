import { type OwnAccess, resourcesOf } from "cloud-front-door";

/** Your own row for each table: the review does not know the type. */
export const tableAccess: OwnAccess = {
  rows: (stack) =>
    resourcesOf(stack, "aws_dynamodb_table").map(({ attributes }) => ({
      principal: "identities of the AWS account",
      permission: "use items",
      resource: `table ${attributes.name}`,
      condition: "with an IAM policy for it",
    })),
};
