import { violations } from "../../../support/policy";

test.each([0, -1, null])("a log group that keeps its lines for %s days stops the synthesis", (days) => {
  expect(violations((find) => find("aws_cloudwatch_log_group.public").addOverride("retention_in_days", days))).toEqual([
    expect.stringContaining("aws_cloudwatch_log_group.public: keeps its lines forever"),
  ]);
});

test("a retention of one day passes", () => {
  expect(violations((find) => find("aws_cloudwatch_log_group.public").addOverride("retention_in_days", 1))).toEqual([]);
});
