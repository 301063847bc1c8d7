import { devStack, statements } from "../../../../support/stack";

const stack = devStack();
const arn = "${aws_secretsmanager_secret.reporting_agent.arn}";

test("one write-only secret contains all that a program needs, and no plan or state shows it", () => {
  const version = stack.resource("aws_secretsmanager_secret_version", "reporting_agent");
  expect(version).toEqual({
    depends_on: ["aws_secretsmanager_secret_policy.reporting_agent"],
    lifecycle: {
      replace_triggered_by: ["aws_cognito_user_pool_client.reporting_agent", "aws_cognito_user_pool_domain.customers"],
    },
    secret_id: "${aws_secretsmanager_secret.reporting_agent.id}",
    secret_string_wo: expect.any(String),
    secret_string_wo_version: 1,
  });
  expect(version.secret_string_wo.match(/"(\w+)" =/g)).toEqual([
    '"client_id" =',
    '"client_secret" =',
    '"token_endpoint" =',
    '"scope" =',
  ]);
});

test("only its readers and the deployers may read it, not even administrators", () => {
  const { policy, block_public_policy } = stack.resource("aws_secretsmanager_secret_policy", "reporting_agent");
  expect(block_public_policy).toBe(true);
  expect(statements(policy)).toEqual([
    {
      Sid: "Readers",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111122223333:role/reporting"] },
      Action: "secretsmanager:GetSecretValue",
      Resource: arn,
    },
    {
      Sid: "NobodyElse",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: arn,
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": [
            "arn:aws:iam::111122223333:role/reporting",
            "arn:aws:iam::111122223333:role/terraform",
            "arn:aws:iam::111122223333:role/terraform-plan",
          ],
        },
      },
    },
  ]);
});

test("without readers no principal may read it", () => {
  const { policy } = stack.resource("aws_secretsmanager_secret_policy", "support_desk");
  expect(statements(policy).map(({ Sid, Effect }) => [Sid, Effect])).toEqual([["NobodyElse", "Deny"]]);
});

test("a deleted secret can be restored for the configured days, and a protected one cannot be deleted", () => {
  const secret = (protect: boolean) =>
    devStack({ protect, recoveryDays: 14 }).resource("aws_secretsmanager_secret", "reporting_agent");
  expect(secret(false)).toMatchObject({ recovery_window_in_days: 14, name: "storefront-dev/clients/reporting-agent" });
  expect(secret(false).lifecycle.prevent_destroy).toBe(false);
  expect(secret(true).lifecycle.prevent_destroy).toBe(true);
});
