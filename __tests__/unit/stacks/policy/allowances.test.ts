import { violations } from "../../../support/policy";

const LOOSE = "aws_cloudwatch_log_group.public";
const place = { file: "config/allowances.yaml", line: 7, column: 5, path: "dev[1]" };
const allowance = { rule: "log-retention", address: LOOSE, reason: "kept for an audit", owner: "platform", place };
const loosen = (allowances: readonly (typeof allowance)[]) =>
  violations((find) => find(LOOSE).addOverride("retention_in_days", 0), { allowances });

test("an allowed finding does not stop the synthesis", () => {
  expect(loosen([allowance])).toEqual([]);
});

test("an allowance is for one rule and one address", () => {
  for (const other of [
    { ...allowance, rule: "no-wildcard-grant" },
    { ...allowance, address: "aws_cloudwatch_log_group.access" },
  ]) {
    expect(loosen([other])).toEqual([
      expect.stringContaining(`${LOOSE}: keeps its lines forever`),
      expect.stringContaining(
        `config/allowances.yaml:7:5  dev[1]  got an unused allowance for ${other.address} and the rule ${other.rule}`,
      ),
    ]);
  }
});

test("an unused allowance is an error, because it would cover the next finding", () => {
  expect(violations(() => {}, { allowances: [allowance] })).toEqual([expect.stringContaining("remove the entry")]);
});

test.each([
  ["a misspelled", "log-retentoin", 'did you mean "log-retention"?'],
  ["a renamed", "federation-locks", 'its new id is "federation-trust"'],
  ["another renamed", "latest-revision", 'its new id is "known-revisions"'],
  ["another", "unknown-rule", "known: agents-only-read, "],
])("%s rule is reported as such, with the known ones", (_, rule, hint) => {
  const [, unknown] = loosen([{ ...allowance, rule }]);
  expect(unknown).toContain(
    `config/allowances.yaml:7:5  dev[1]  got the rule "${rule}", expected a rule that this stack must pass\n` +
      "    correct or remove it; ",
  );
  expect(unknown).toContain(hint);
});

test("a finding states how to allow it", () => {
  expect(loosen([])[0]).toContain("or allow it with a reason and an owner in config/allowances.yaml");
});
