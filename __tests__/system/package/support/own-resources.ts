/** A `main.ts` with one class that the package carries as well, and one that it does not. */
export const OWN_RESOURCES = `import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { frontDoor } from "cloud-front-door";

export default frontDoor({
  extend: (stack) => {
    const logs = new CloudwatchLogGroup(stack, "own", { name: \`\${stack.prefix}-own\`, retentionInDays: 30 });
    new DynamodbTable(stack, "own-table", {
      name: logs.name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attribute: [{ name: "id", type: "S" }],
    });
  },
});
`;
