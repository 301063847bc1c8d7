import { normalized } from "../../../../packages/terraform-access-review/judge/normal";

/** A policy as two states are compared by it. */
function policyOf(policy: unknown): unknown {
  const resource = { aws_iam_policy: { p: { policy: JSON.stringify(policy) } } };
  return JSON.parse(normalized({ stack: { resource, provider: {} } }).stack.resource.aws_iam_policy?.p?.policy);
}

test("the order of a policy's list counts, except in a list of texts alone", () => {
  expect(policyOf({ actions: ["b", "a"] })).toEqual({ actions: ["a", "b"] });
  for (const list of [
    ["b", 1, "a"],
    [2, 1],
    [["b"], ["a"]],
  ])
    expect(policyOf({ list })).toEqual({ list });
});
