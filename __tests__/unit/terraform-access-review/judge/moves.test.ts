import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { stateOf } from "../../../support/rest-state";
import { reviewed, SETTINGS } from "../../../support/settings";
import { accessBetween, edited, type Json, lines, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const [shop, bazaar] = sidesOf("name");

function sidesOf(key: string) {
  const setting = SETTINGS.find((each) => each.key === key);
  if (setting === undefined) throw new Error(`no setting ${key}`);
  return reviewed(setting);
}

test("an environment under another name is one line, and the place of its state another", () => {
  const { rows, guards } = accessBetween(shop, bazaar);
  expect(rows).toEqual([]);
  expect(guards.map(({ effect, address, guard, before, after }) => [effect, address, guard, before, after])).toEqual([
    ["neither", "name", GUARDS.name, "shop-dev", "bazaar-dev"],
    [
      "neither",
      "terraform.backend",
      GUARDS.state,
      expect.stringContaining("shop/dev"),
      expect.stringContaining("bazaar/dev"),
    ],
  ]);
});

const POLICY = "aws_secretsmanager_secret_policy";
const readBy = (all: Json, role: string) => {
  const policy = JSON.parse(all[POLICY].batch.policy);
  policy.Statement.push({
    Effect: "Allow",
    Principal: { AWS: role },
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
  });
  all[POLICY].batch.policy = JSON.stringify(policy);
};

testAll<[string, (all: Json) => unknown, (all: Json) => unknown]>([
  [
    "a role that is not the stack's, named after the new prefix",
    (all) => readBy(all, "arn:aws:iam::111122223333:role/shop-dev-reader"),
    (all) => readBy(all, "arn:aws:iam::111122223333:role/bazaar-dev-reader"),
  ],
  [
    "a role of the stack under another name than the prefix gives it",
    () => undefined,
    (all) => (all.aws_iam_role.callers.name = "bazaar-dev-admin"),
  ],
  ["a principal that is new", () => undefined, (all) => readBy(all, "arn:aws:iam::999988887777:role/x")],
])("another name does not hide %s", (_, before, after) => {
  expect(verdict(accessBetween(edited(shop, before), edited(bazaar, after)))).toBe("broadened");
});

test("one renamed role is another principal", () => {
  const renamed = edited(shop, (all) => (all.aws_iam_role.callers.name = "shop-dev-other"));
  expect(verdict(accessBetween(shop, renamed))).toBe("broadened");
});

const [OWN, OTHER] = sidesOf("aws.account");

test("with another account, every principal of the former one is compared with its namesake", () => {
  expect(lines(accessBetween(OWN, OTHER))).toEqual(["? its account of provider.aws: 111122223333 → 222233334444"]);
  const kept = edited(OTHER, (all) => readBy(all, "arn:aws:iam::111122223333:role/x"));
  expect(lines(accessBetween(OWN, kept)).filter((line) => line.startsWith("+"))).toHaveLength(1);
});

test("a part of a longer name is no project", () => {
  const [before, after] = ["shop", "store"].map((project) =>
    stateOf(variantOf("dev", { google: { project: `${project}-project` } })),
  ) as [Json, Json];
  const named = (state: Json, name: string) =>
    edited(state, (all) => (all.aws_lambda_function.callers.handler = `${name}-project-x`));
  expect(verdict(accessBetween(named(before, "shop"), named(after, "store")))).toBe("broadened");
});
