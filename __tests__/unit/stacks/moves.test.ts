import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Construct } from "constructs";
import type { Service } from "../../../intent/model/intent";
import { declareMoves, type RenamedWord } from "../../../stacks/environment-stack";
import { Addresses } from "../../../stacks/shared/addresses";
import { intentOf } from "../../support/shop";
import { declaredBy } from "../../support/stack";

const RENAMED: readonly RenamedWord[] = [{ type: "aws_cloudwatch_log_group", from: "requests", to: "access" }];

/** The moves of a stack with these log groups and a role of the first one's name, each in a service of its own. */
function movesOf(key: string, id: string, groups: readonly string[]): unknown {
  const { json } = declaredBy((stack) => {
    const parent = new Construct(stack, key);
    for (const word of groups) new CloudwatchLogGroup(parent, word, { name: word });
    new IamRole(new Construct(parent, "Roles"), groups[0] ?? "", { assumeRolePolicy: "{}" });
    const [service] = intentOf("dev").services as readonly [Service];
    declareMoves(stack, { services: [{ ...service, key, id, routes: [] }], clients: [] }, new Addresses(), RENAMED);
  });
  return json.moved;
}

test("resources that a release renamed move, only of that type, and not from an address in use", () => {
  expect(movesOf("orders", "orders", ["access", "public"])).toEqual([
    { from: "aws_cloudwatch_log_group.orders_requests", to: "aws_cloudwatch_log_group.orders_access" },
  ]);
  expect(movesOf("orders", "orders", ["access", "requests"])).toBeUndefined();
});

test("renaming a service while upgrading moves in two steps, because each address has one origin", () => {
  expect(movesOf("sales", "orders", ["access"])).toEqual([
    { from: "aws_cloudwatch_log_group.orders_requests", to: "aws_cloudwatch_log_group.orders_access" },
    { from: "aws_cloudwatch_log_group.orders_access", to: "aws_cloudwatch_log_group.sales_access" },
    { from: "aws_iam_role.orders_access", to: "aws_iam_role.sales_access" },
  ]);
});
