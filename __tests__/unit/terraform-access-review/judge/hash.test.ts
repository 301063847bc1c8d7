import { differenceOf } from "../../../../cli/deploy/approval-file";
import { approvedDrift, changeHash } from "../../../../packages/terraform-access-review/judge/hash";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";

const TYPE = "aws_lambda_function";

/** A plan that sets a variable whose name suggests a secret value. */
function modelWith(value: string) {
  const body = { function_name: "f", environment: { variables: { SIGNING_SECRET: value } } };
  const after = { ...body, environment: [body.environment] };
  const before = { ...after, environment: [{ variables: { SIGNING_SECRET: "old-value" } }] };
  return changeOf(planOf([planned(`${TYPE}.f`, { before, after })]), { [TYPE]: { f: body } });
}

test("an approval of one hidden value does not cover another, and quotes neither", () => {
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

test("an approval does not cover another value that only the provider's schema marks as sensitive", () => {
  const [one, two] = ["one-value", "two-value"].map((value) => {
    const change = {
      ...{ before: {}, before_sensitive: {} },
      ...{ after: { rule: [{ name: "a", text: value }] }, after_sensitive: { rule: [{ text: true }] } },
    };
    return changeOf(planOf([planned("aws_x.y", change)]), { aws_x: { y: { rule: [{ name: "a", text: value }] } } });
  });
  expect(JSON.stringify([one?.resources, two?.resources])).not.toContain("-value");
  expect(one?.resources).toEqual(two?.resources);
  expect(one?.hidden).not.toBe(two?.hidden);
});

test("an approval does not cover another value of a write-only argument, which no plan contains", () => {
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

test("drift that opens access, at any depth of a policy, is part of an approval; other drift is not", () => {
  const change = changeOf(planOf([]));
  const drifted = (path: string) => ({
    ...({ address: "aws_sns_topic.t", type: "aws_sns_topic", action: "drifted", forcedBy: [] } as const),
    attributes: [{ path, kind: "changed", before: "a", after: "b" } as const],
  });
  const opening = ["policy", "policy.Version", "policy[0]", "policy.Statement[One].Action"].map(drifted);
  const other = ["tags.policy", "tags", "display_name"].map(drifted);
  expect(approvedDrift({ drift: [...opening, ...other] })).toEqual(opening);
  expect(changeHash({ ...change, drift: other })).toBe(changeHash(change));
  expect(changeHash({ ...change, drift: opening })).not.toBe(changeHash(change));
});
