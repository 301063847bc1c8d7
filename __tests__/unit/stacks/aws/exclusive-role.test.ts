import { devStack } from "../../../support/stack";

const stack = devStack();
const roles = Object.keys(stack.all("aws_iam_role"));

test.each(roles)("policies added to role %s by hand are drift", (name) => {
  const own = stack.all("aws_iam_role_policy")[name] ? [`\${aws_iam_role_policy.${name}.name}`] : [];
  expect(stack.resource("aws_iam_role_policies_exclusive", name)).toEqual({
    policy_names: own,
    role_name: `\${aws_iam_role.${name}.name}`,
  });
  expect(stack.resource("aws_iam_role_policy_attachments_exclusive", name)).toEqual({
    policy_arns: [],
    role_name: `\${aws_iam_role.${name}.name}`,
  });
});

test("the roles are those of the two functions, and one for each service", () => {
  expect(roles.sort()).toEqual(["accounts", "callers", "catalog", "orders", "public"]);
});
