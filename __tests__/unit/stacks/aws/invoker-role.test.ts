import { devStack, statements } from "../../../support/stack";

const stack = devStack();

test("only the functions that serve a service's routes may assume its invoker role", () => {
  const trusted = (service: string) => statements(stack.resource("aws_iam_role", service).assume_role_policy);
  const statement = (...roles: string[]) => [
    {
      Sid: "AuthorizerFunctions",
      Effect: "Allow",
      Principal: { AWS: roles.map((role) => `\${aws_iam_role.${role}.arn}`) },
      Action: "sts:AssumeRole",
    },
  ];
  expect(trusted("orders")).toEqual(statement("callers"));
  expect(trusted("catalog")).toEqual(statement("callers", "public"));
});

test("an invoker role has the name of its Google account and no AWS permissions", () => {
  const { assume_role_policy: _, ...role } = stack.resource("aws_iam_role", "orders");
  expect(role).toEqual({
    description: expect.stringContaining("may do nothing in AWS"),
    max_session_duration: 3600,
    name: "storefront-dev-orders",
  });
  expect(stack.all("aws_iam_role_policy")).not.toHaveProperty("orders");
  expect(stack.resource("google_service_account", "orders").account_id).toBe(role.name);
});
