import { withCascade } from "../../../../packages/terraform-access-review/judge/cascade";
import type { ResourceChange } from "../../../../packages/terraform-access-review/model/change";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";

const POOL = "aws_cognito_user_pool.customers";
const replaced: ResourceChange = { ...changed(POOL, "aws_cognito_user_pool"), action: "replaced" };

/** Clients cannot move to another pool in place; a function's variables can change. */
const STACK = {
  resource: {
    aws_cognito_user_pool_client: { web: { user_pool_id: `\${${POOL}.id}` } },
    aws_lambda_function: { callers: { environment: { variables: { POOL: `\${${POOL}.id}` } } } },
  },
} as unknown as StackJson;

function changed(address: string, type: string): ResourceChange {
  return { address, type, action: "changed", forcedBy: [], attributes: [] };
}

test("a resource that cannot change in place is replaced with the target of its reference, as a consequence", () => {
  const found = withCascade([replaced], STACK);
  expect(found.map(({ address, action, forcedBy }) => [address, action, forcedBy])).toEqual([
    [POOL, "replaced", []],
    ["aws_cognito_user_pool_client.web", "replaced", ["user_pool_id"]],
  ]);
  expect(found[1]?.follows).toContain(POOL);
});

test("a resource that also has its own change is replaced, and not reported as a consequence", () => {
  const web = changed("aws_cognito_user_pool_client.web", "aws_cognito_user_pool_client");
  const [, found] = withCascade([replaced, web], STACK);
  expect([found?.action, found?.follows]).toEqual(["replaced", undefined]);
});

test.each([
  ["moved", "replaced"],
  ["added", "added"],
  ["destroyed", "destroyed"],
] as const)("a resource that is %s and refers to a replaced one is %s", (action, after) => {
  const web = { ...changed("aws_cognito_user_pool_client.web", "aws_cognito_user_pool_client"), action };
  expect(withCascade([replaced, web], STACK)[1]?.action).toBe(after);
});
