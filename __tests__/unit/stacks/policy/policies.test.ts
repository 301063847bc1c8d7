import { violations } from "../../../support/policy";
import { intents } from "../../../support/shop";

const environments = intents().map(({ environment }) => environment);

test.each(environments)("the shop's stack %s breaks no rule", (environment) => {
  expect(violations(() => {}, {}, environment)).toEqual([]);
});
