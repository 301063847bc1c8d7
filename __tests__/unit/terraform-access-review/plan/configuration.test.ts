import { guardKey } from "../../../../packages/terraform-access-review/judge/keys";
import { configurationChanges } from "../../../../packages/terraform-access-review/plan/configuration";
import type {
  PlannedConfiguration,
  PlannedResource,
} from "../../../../packages/terraform-access-review/plan/plan-json";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { planOf } from "../../../fixtures/plans/synthetic";
import { testAll } from "../../../support/test-all";

const POLICY = '{"Statement":[{"Principal":"${aws_iam_role.other.arn}"}]}';
const STACK = {
  provider: { aws: [{ region: "eu-west-1" }] },
  terraform: { required_providers: { aws: { source: "aws", version: "6.25.0" } } },
  resource: {
    aws_iam_role: { own: { name: "own", assume_role_policy: POLICY, depends_on: ["aws_iam_role.other"] } },
    aws_apigatewayv2_stage: { gateway: { api_id: "x", route_settings: [{ route_key: "GET /" }], tags: null } },
  },
  output: { url: { value: "${aws_apigatewayv2_stage.gateway.invoke_url}", description: "x" } },
} as unknown as StackJson;

const is = (constant_value: unknown) => ({ constant_value, references: ["x"] });
const ROLE = { address: "aws_iam_role.own", expressions: { name: is("own"), assume_role_policy: is(POLICY) } };
const STAGE = {
  address: "aws_apigatewayv2_stage.gateway",
  expressions: { api_id: is("x"), route_settings: [{ route_key: is("GET /") }] },
};
const AWS = {
  full_name: "registry.terraform.io/hashicorp/aws",
  version_constraint: "6.25.0",
  expressions: { region: is("eu-west-1") },
};
const OUTPUT = { expression: is("${aws_apigatewayv2_stage.gateway.invoke_url}"), description: "x" };

function differing({
  resources = [ROLE, STAGE],
  aws = AWS,
  ...root
}: {
  readonly resources?: readonly PlannedResource[];
  readonly aws?: object;
  readonly outputs?: object;
  readonly module_calls?: object;
  readonly variables?: object;
} = {}): readonly string[] {
  const root_module = { outputs: { url: OUTPUT }, ...root, resources };
  const configuration = { provider_config: { aws }, root_module } as PlannedConfiguration;
  return configurationChanges(planOf([], { configuration }), STACK).map(({ effect, address, after, doubt }) => {
    expect([effect, doubt]).toEqual(["broadened", true]);
    return `${address}: ${after.replace(/^.*: /, "")}`;
  });
}

test("a plan of the same stack has no difference, with Terraform and with OpenTofu", () => {
  expect(differing()).toEqual([]);
  expect(differing({ aws: { ...AWS, full_name: "registry.opentofu.org/hashicorp/aws" } })).toEqual([]);
});

const role = (more: Partial<PlannedResource>, expressions: object = {}) => ({
  resources: [{ ...ROLE, ...more, expressions: { ...ROLE.expressions, ...expressions } }, STAGE],
});
test("two other values of one argument are two changes, although neither is shown", () => {
  const [one, other] = ["/one/", "/other/"].map((path) => {
    const root_module = { outputs: { url: OUTPUT }, ...role({}, { path: is(path) }) };
    const configuration = { provider_config: { aws: AWS }, root_module } as PlannedConfiguration;
    return configurationChanges(planOf([], { configuration }), STACK);
  });
  expect([one, other].map((each) => each?.map(({ after }) => after))).toEqual([["path"], ["path"]]);
  expect(one?.map(guardKey)).not.toEqual(other?.map(guardKey));
});

const stage = (expressions: object) => ({
  resources: [ROLE, { ...STAGE, expressions: { ...STAGE.expressions, ...expressions } }],
});

testAll<readonly [string, Parameters<typeof differing>[0], readonly string[]]>([
  ["another value", role({}, { name: is("other") }), ["aws_iam_role.own: name"]],
  [
    "another reference in a text",
    role({}, { assume_role_policy: is(POLICY.replace("other", "mallory")) }),
    ["aws_iam_role.own: assume_role_policy"],
  ],
  ["an additional argument", role({}, { path: is("/x/") }), ["aws_iam_role.own: path"]],
  ["a provisioner", role({ provisioners: [{ type: "local-exec" }] }), ["aws_iam_role.own: provisioner"]],
  ["count", role({ count_expression: is(2) }), ["aws_iam_role.own: count"]],
  ["another block", stage({ route_settings: [{ route_key: is("POST /") }] }), [`${STAGE.address}: route_settings`]],
  ["an additional block", stage({ route_settings: [{}, {}] }), [`${STAGE.address}: route_settings`]],
  ["an expression that is not JSON syntax", stage({ api_id: { references: ["x"] } }), [`${STAGE.address}: api_id`]],
  ["one resource less", { resources: [ROLE] }, [`${STAGE.address}: it is not in this plan`]],
  [
    "an additional resource",
    { resources: [ROLE, STAGE, { address: "aws_iam_user.x" }] },
    ["aws_iam_user.x: it is not in synthesized/"],
  ],
  [
    "another endpoint",
    { aws: { ...AWS, expressions: { ...AWS.expressions, endpoints: [{}] } } },
    ["provider.aws: endpoints"],
  ],
  ["another release", { aws: { ...AWS, version_constraint: "6.26.0" } }, ["provider.aws: version"]],
  ["another source", { aws: { ...AWS, full_name: "registry.terraform.io/mallory/aws" } }, ["provider.aws: source"]],
  ["another registry", { aws: { ...AWS, full_name: "registry.example.com/hashicorp/aws" } }, ["provider.aws: source"]],
  [
    "another source in OpenTofu's registry",
    { aws: { ...AWS, full_name: "registry.opentofu.org/mallory/aws" } },
    ["provider.aws: source"],
  ],
  ["another output", { outputs: { url: { ...OUTPUT, expression: is("x") } } }, ["output.url: value"]],
  [
    "a module",
    { module_calls: { x: { source: "git::https://mallory.example" } } },
    ["module.x: it is not in synthesized/"],
  ],
  ["a variable", { variables: { x: {} } }, ["var.x: it is not in synthesized/"]],
])("%s is in doubt, with its address", (_, plan, expected) => {
  expect(differing(plan)).toEqual(expected);
});
