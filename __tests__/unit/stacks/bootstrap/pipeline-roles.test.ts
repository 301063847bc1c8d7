import { NOTHING } from "../../../../packages/terraform-access-review/model/state";
import { bootstrapStack } from "../../../support/bootstrap";
import { ledgerInWords } from "../../../support/ledger-words";
import { bootstrapOf } from "../../../support/shop";
import { statements } from "../../../support/stack";

const { aws } = bootstrapOf("staging");
/** All settings that add permissions: with a trust store they no longer fit inline. */
const full = bootstrapStack({ aws: { ...aws, truststore: "storefront-staging-truststore" } }, "staging");
const lean = bootstrapStack({}, "dev");

const inline = full.resource("aws_iam_role_policy", "deploy");
const more = full.resource("aws_iam_policy", "deploy");

test("a role whose permissions fit inline has no other policy", () => {
  expect(lean.all("aws_iam_policy")).toEqual({});
  expect(lean.resource("aws_iam_role_policy_attachments_exclusive", "deploy").policy_arns).toEqual([]);
});

test("other permissions are in one attached policy with the role's name, within IAM's limits", () => {
  expect(inline.policy.length).toBeLessThanOrEqual(10_240);
  expect(more.policy.length).toBeLessThanOrEqual(6144);
  expect(more.name).toBe("${aws_iam_role.deploy.name}");
  expect(full.resource("aws_iam_role_policy_attachment", "deploy")).toEqual({
    policy_arn: "${aws_iam_policy.deploy.arn}",
    role: "${aws_iam_role.deploy.name}",
  });
  expect(full.resource("aws_iam_role_policy_attachments_exclusive", "deploy").policy_arns).toEqual([
    "${aws_iam_role_policy_attachment.deploy.policy_arn}",
  ]);
  const ids = [...statements(inline.policy), ...statements(more.policy)].map(({ Sid }) => Sid);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(["StateLock", "UserPools", "TruststoreObject"]));
});

test("the ledger shows each permission of the role, in either policy", () => {
  const rows = ledgerInWords(full.json, NOTHING.policy).filter(({ principal }) => principal === "role terraform");
  for (const { Action, Resource } of statements(more.policy)) {
    const permission = [Action].flat().join(", ");
    for (const resource of [Resource].flat()) {
      expect(rows).toContainEqual(
        expect.objectContaining({ permission, resource: resource.replace(/^arn:aws:iam::\d{12}:role\//, "role ") }),
      );
    }
  }
  expect(
    ledgerInWords(full.json, NOTHING.policy).filter(({ principal }) => principal === "any principal with this policy"),
  ).toEqual([]);
});

const PERMISSIONS = [
  {
    type: "aws_dynamodb_table",
    read: ["dynamodb:DescribeTable"],
    write: ["dynamodb:CreateTable"],
    roles: ["dynamodb:GetRecords"],
    on: ["arn:aws:dynamodb:eu-west-1:111122223333:table/storefront-dev-*"],
  },
  {
    type: "google_storage_bucket",
    read: ["storage.buckets.get"],
    write: ["storage.buckets.create"],
    roles: [],
    on: [],
  },
];

test("permissions that no role can have are an error at the environment, with the role and what to remove", () => {
  const write = Array.from({ length: 900 }, (_, index) => `dynamodb:AVeryLongAction${index}`);
  const [table] = PERMISSIONS as [(typeof PERMISSIONS)[0]];
  expect(() => bootstrapStack({ permissions: [{ ...table, write }] }, "dev")).toThrow(
    /^config\/bootstrap\.yaml:\d+:\d+ {2}environments\.dev {2}got \d+ characters of permissions for the role terraform, expected .*\n +remove some/,
  );
});

test("what config adds for a resource type is granted to both identities: reading to the plan, all to the deploy", () => {
  const stack = bootstrapStack({ permissions: PERMISSIONS }, "dev");
  const [{ on: Resource }] = PERMISSIONS as [(typeof PERMISSIONS)[0]];
  const own = { Sid: "OwnDynamodbTable", Effect: "Allow", Resource };
  for (const [role, Action] of Object.entries({
    plan: ["dynamodb:DescribeTable"],
    deploy: ["dynamodb:CreateTable", "dynamodb:DescribeTable"],
  })) {
    const all = statements(stack.resource("aws_iam_role_policy", role).policy);
    expect(all.filter(({ Sid }) => Sid.startsWith("Own"))).toEqual([{ ...own, Action }]);
  }
  const added = (role: string) => {
    const before: readonly string[] = lean.resource("google_project_iam_custom_role", role).permissions;
    const after: readonly string[] = stack.resource("google_project_iam_custom_role", role).permissions;
    return after.filter((each) => !before.includes(each));
  };
  expect([added("plan"), added("deploy")]).toEqual([
    ["storage.buckets.get"],
    ["storage.buckets.create", "storage.buckets.get"],
  ]);
});
