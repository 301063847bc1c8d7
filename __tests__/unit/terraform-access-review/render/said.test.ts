import { Said } from "../../../../cli/review/approval";
import { changesThatMeet } from "../../../../packages/terraform-access-review/judge/fail-on";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { alike } from "../../../../packages/terraform-access-review/render/digest";
import { accessSentence } from "../../../../packages/terraform-access-review/render/pieces";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { guardSentence } from "../../../../packages/terraform-access-review/render/sentences";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { dev, edited } from "../../../support/synthesized-states";

const longer = changeOfStacks(
  "dev",
  dev,
  edited(dev, (all) => {
    all.aws_apigatewayv2_authorizer.scoped.authorizer_result_ttl_in_seconds = 300;
  }),
);

test("a line of the report with several routes stands for a change of each", () => {
  const report = reportOf(longer);
  const said = new Said(report);
  const all = changesThatMeet(longer).map(({ key }) => key);
  const lines = alike(report.access).filter(({ sentence }) => sentence.includes(", GET"));
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) {
    const keys = said.keysOf(accessSentence(line));
    expect([keys.length > 1, keys.filter((key) => !all.includes(key))]).toEqual([true, []]);
    expect(said.keysOf(line.sentence)).toEqual(keys);
  }
  expect(said.keysOf("anyone may now call GET /orders")).toEqual([]);
});

test("the sentence of an allowance of an earlier release, with its new condition, stands for one change", () => {
  const report = reportOf(longer);
  const said = new Said(report);
  const [line] = report.access;
  expect(said.keysOf(`${line?.sentence}: ${line?.after}`)).toEqual([line?.key()]);
});

test("a loss has a sentence, and the words of an allowance of an earlier release", () => {
  const model = modelOf(fixture("gateway-replaced"));
  const said = new Said(reportOf(model));
  const key = "replaced aws_apigatewayv2_api.gateway";
  expect(said.keysOf("replaced: aws_apigatewayv2_api.gateway")).toEqual([key]);
  const [sentence = ""] = said.sentencesOf(key);
  expect(said.keysOf(sentence)).toEqual([key]);
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
