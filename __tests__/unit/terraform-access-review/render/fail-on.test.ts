import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { alike } from "../../../../packages/terraform-access-review/render/digest";
import { expectedSentences } from "../../../../packages/terraform-access-review/render/fail-on";
import { accessSentence } from "../../../../packages/terraform-access-review/render/pieces";
import { reportOf, shownLosses } from "../../../../packages/terraform-access-review/render/report";
import { guardSentence } from "../../../../packages/terraform-access-review/render/sentences";
import { stateOf } from "../../../support/rest-state";
import { dev, edited } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";

const longer = reportOf(
  changeOfStacks(
    "dev",
    dev,
    edited(dev, (all) => (all.aws_apigatewayv2_authorizer.scoped.authorizer_result_ttl_in_seconds = 300)),
  ),
);

test("a line of the report with several routes stands for a sentence of each, and an allowance needs those", () => {
  const lines = alike(longer.access).filter(({ sentence }) => sentence.includes(", GET"));
  expect(lines.length).toBeGreaterThan(1);
  const all = expectedSentences.broadened(longer);
  for (const line of lines) {
    const sentences = expectedSentences.inLine(longer, accessSentence(line));
    expect([sentences.length > 1, sentences.filter((each) => !all.includes(each))]).toEqual([true, []]);
    expect(expectedSentences.inLine(longer, line.sentence)).toEqual(sentences);
    expect(all).not.toContain(line.sentence);
  }
  expect(expectedSentences.inLine(longer, "anyone may now call GET /orders")).toEqual([]);
});

test("a sentence about a long value identifies the whole value", () => {
  const of = (end: string) =>
    guardSentence({
      effect: "broadened",
      address: "aws_apigatewayv2_stage.gateway",
      guard: "access_log_settings",
      before: `${"x".repeat(500)}${end}`,
      after: "not set",
    });
  expect(of("a")).not.toBe(of("b"));
  expect(of("a").length).toBeLessThan(300);
});

test("a replacement that follows from another is demanded by --fail-on, although the report shows only its cause", () => {
  const moved = reportOf(changeOfStacks("dev", dev, stateOf(variantOf("dev", { aws: { region: "eu-central-1" } }))));
  const replaced = expectedSentences.going(moved, "replaced");
  expect(replaced).toContain("replaced: aws_apigatewayv2_route.orders_get_orders");
  expect(replaced.length).toBeGreaterThan(shownLosses(moved).length);
});
