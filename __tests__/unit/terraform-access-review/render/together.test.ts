import { together } from "../../../../packages/terraform-access-review/formats";

const change = (name: string, unchanged = 5) =>
  `${name}: 1 changed\n\nAccess\n  + anyone may create users in shop-${name}-customers  (config/base.yaml:1)\n\n${unchanged} unchanged`;
const texts = (...names: readonly string[]) =>
  names.map((environment, index) => ({ environment, text: change(environment, index) }));

test("environments whose reports differ only in their name share one, which lists them", () => {
  expect(together(texts("dev", "eu-prod", "staging"))).toEqual([
    "dev, eu-prod, staging: 1 changed\nENV stands for the name of each.\n\nAccess\n" +
      "  + anyone may create users in shop-ENV-customers  (config/base.yaml:1)",
  ]);
  const same = ["dev", "prod"].map((environment) => ({ environment, text: `${environment}: no change` }));
  expect(together(same)).toEqual(["dev, prod: no change"]);
});

test.each([
  ["another resource", change("prod").replace("customers", "staff")],
  ["another environment's resource", change("prod").replace("shop-prod", "shop-dev")],
  ["a name that contains the environment's", change("prod").replace("shop-prod", "shop-production")],
  ["another line of the config", change("prod").replace(":1)", ":2)")],
  ["the word that stands for the name", change("prod").replace("shop-prod", "shop-ENV")],
])("a report with %s is its own", (_, text) => {
  const [dev] = texts("dev");
  expect(
    together([
      { environment: "dev", text: dev?.text ?? "" },
      { environment: "prod", text },
    ]),
  ).toEqual([dev?.text, text]);
});
