import { POLICY_FILE } from "../../../../contract/policy-file";
import { clean, partsOf } from "../../../../packages/terraform-access-review/judge/normal";

const BODY = { name: "t" };
const stack = {
  "//": { metadata: "of cdktf" },
  moved: [{ from: "aws_sns_topic.s", to: "aws_sns_topic.t" }],
  import: [{ to: "aws_sns_topic.t", id: "t" }],
  removed: [{ from: "aws_sns_topic.u" }],
  resource: { aws_sns_topic: { t: BODY } },
  provider: { aws: [{ region: "eu-west-1" }] },
  output: { url: { value: "u" } },
};

test("resources, providers, outputs and the policy are compared, but not the blocks that change addresses", () => {
  const policy = { version: 1 };
  expect([...partsOf({ stack, policy } as never)]).toEqual([
    ["aws_sns_topic.t", { type: "aws_sns_topic", attributes: BODY }],
    ["provider.aws", { type: "", attributes: { aws: [{ region: "eu-west-1" }] } }],
    ["output.url", { type: "", attributes: { url: { value: "u" } } }],
    [POLICY_FILE, { type: "", attributes: policy }],
  ]);
  expect([...partsOf({ stack } as never).keys()]).not.toContain(POLICY_FILE);
});

test("the order of an apply and cdktf's comments are not deployed", () => {
  expect(clean({ attributes: { ...BODY, depends_on: ["aws_sns_topic.s"], "//": { metadata: 1 } } })).toEqual(BODY);
  expect(clean(undefined)).toEqual({});
});
