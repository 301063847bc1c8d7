import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promises } from "../../../../stacks/policy/policies";
import { ROOT } from "../../../support/places";
import { violations } from "../../../support/policy";
import { intents } from "../../../support/shop";

const environments = intents().map(({ environment }) => environment);

test.each(environments)("the shop's stack %s breaks no rule", (environment) => {
  expect(violations(() => {}, {}, environment)).toEqual([]);
});

test("each rule is in the list of the stacks that keep it, and has a test file", () => {
  const known = promises().map(([id]) => id);
  const faults = readdirSync(join(ROOT, "stacks/policy")).flatMap((file) => {
    const [, id] =
      /: BuiltInRule<[\s\S]*?\bid: "([a-z-]+)"/.exec(readFileSync(join(ROOT, "stacks/policy", file), "utf8")) ?? [];
    if (id === undefined) return [];
    const tested = `__tests__/unit/stacks/policy/${file.replace(/\.ts$/, ".test.ts")}`;
    return [
      ...(known.includes(id) ? [] : [`stacks/policy/policies.ts: add ${id}`]),
      ...(existsSync(join(ROOT, tested)) ? [] : [`${tested}: write a test of ${id}`]),
    ];
  });
  expect(faults).toEqual([]);
});
