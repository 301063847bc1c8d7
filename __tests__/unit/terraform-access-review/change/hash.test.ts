import { differenceOf } from "../../../../cli/deploy/approval-file";
import { changeHash } from "../../../../packages/terraform-access-review/change/hash";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";

const TYPE = "aws_lambda_function";

/** A plan that sets a variable whose name says that its value is secret. */
function modelWith(value: string) {
  const body = { function_name: "f", environment: { variables: { SIGNING_SECRET: value } } };
  const after = { ...body, environment: [body.environment] };
  const before = { ...after, environment: [{ variables: { SIGNING_SECRET: "old-value" } }] };
  return changeOf(planOf([planned(`${TYPE}.f`, { before, after })]), { [TYPE]: { f: body } });
}

test("an approval of one hidden value is none of another, and quotes neither", () => {
  const [approved, same, other] = ["one-value", "one-value", "other-value"].map(modelWith) as [
    ReturnType<typeof modelWith>,
    ReturnType<typeof modelWith>,
    ReturnType<typeof modelWith>,
  ];
  expect(JSON.stringify([approved, other])).not.toMatch(/(one|other|old)-value/);
  expect([changeHash(approved) === changeHash(same), differenceOf(approved, same)]).toEqual([true, []]);
  expect(changeHash(approved)).not.toBe(changeHash(other));
  expect(differenceOf(approved, other)).toHaveLength(2);
});

test("nor is what a plan does not carry at all: a write-only argument", () => {
  const [one, two] = ["one-value", "two-value"].map((secret_string_wo) => {
    const change = {
      actions: ["create"],
      before: null,
      after: { secret_string_wo: null, secret_string_wo_version: 1 },
    };
    const body = { secret_string_wo, secret_string_wo_version: 1 };
    const type = "aws_secretsmanager_secret_version";
    return changeHash(changeOf(planOf([planned(`${type}.s`, change)]), { [type]: { s: body } }));
  });
  expect(one).not.toBe(two);
});
