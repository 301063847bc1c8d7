import type { BootstrapIntent } from "../../../../intent/model/bootstrap-intent";
import { bootstrapStack } from "../../../support/bootstrap";
import { bootstrapOf } from "../../../support/shop";
import { statements } from "../../../support/stack";

const staging = bootstrapOf("staging");

test("the deployer may create a rotation's function, rule and alarms only if a secret is rotated", () => {
  const invoking = ({ aws }: Partial<BootstrapIntent>) =>
    statements(bootstrapStack({ aws: aws ?? staging.aws }, "staging").resource("aws_iam_role_policy", "deploy").policy)
      .filter(({ Action }) =>
        ["lambda:InvokeFunction", "events:PutRule", "cloudwatch:PutMetricAlarm"].some((each) => Action.includes(each)),
      )
      .flatMap(({ Resource }) => Resource);
  expect(invoking({ aws: { ...staging.aws, rotatesSecrets: true } })).toEqual([
    expect.stringMatching(/:alarm:storefront-staging-rotate-\*$/),
    expect.stringMatching(/:function:storefront-staging-rotate-\*$/),
    expect.stringMatching(/:rule\/storefront-staging-rotate-\*$/),
  ]);
  expect(invoking({ aws: { ...staging.aws, rotatesSecrets: false } })).toEqual([]);
});

test("the deployer may publish and read versions, and write aliases, of the two functions only if instances are kept", () => {
  const writing = (bootstrap: Partial<BootstrapIntent>) =>
    statements(bootstrapStack(bootstrap, "staging").resource("aws_iam_role_policy", "deploy").policy).filter(
      ({ Action }) => Action.includes("lambda:UpdateAlias") || Action.includes("lambda:PublishVersion"),
    );
  const arn = "arn:aws:lambda:eu-west-1:222233334444:function:storefront-staging";
  expect(writing({ aws: { ...staging.aws, keepsInstances: true } })).toEqual([
    {
      Sid: "ProvisionedFunctions",
      Effect: "Allow",
      Action: [
        "lambda:CreateAlias",
        "lambda:DeleteAlias",
        "lambda:DeleteProvisionedConcurrencyConfig",
        "lambda:GetAlias",
        "lambda:GetFunctionConfiguration",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:PublishVersion",
        "lambda:PutProvisionedConcurrencyConfig",
        "lambda:UpdateAlias",
      ],
      Resource: [`${arn}-callers`, `${arn}-callers:*`, `${arn}-public`, `${arn}-public:*`],
    },
  ]);
  expect(writing(staging)).toEqual([]);
});
