import {
  driftReviews,
  FORMATS,
  reviewedOf,
  terminalReport,
} from "../../../../packages/terraform-access-review/formats";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { digest } from "../../../../packages/terraform-access-review/render/digest";
import { markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { TITLES } from "../../../../packages/terraform-access-review/render/pieces";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { believableModel } from "../../../support/believable-model";
import { dev, edited } from "../../../support/synthesized-states";

/** A longer cache TTL: the conditions of all routes change, and no access is lost. */
const longer = changeOfStacks(
  "dev",
  dev,
  edited(dev, (all) => {
    all.aws_apigatewayv2_authorizer.scoped.authorizer_result_ttl_in_seconds = 300;
    all.aws_apigatewayv2_stage.gateway.access_log_settings = undefined;
  }),
);

/** A document's text without tags, with entities resolved. */
function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, "")
    .replace(/&#8203;/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** The items of a list under a heading of a comment. */
function listed(comment: string, title: string): readonly string[] {
  const [, part = ""] = comment.split(`**${title}**\n\n`);
  const items = part.split("\n\n")[0]?.split("\n") ?? [];
  return items
    .filter((line) => line.startsWith("- "))
    .map((line) => textOf(line.replace(/^- (➕ broader: |➖ narrower: |⚠️ )?/u, "")));
}

test.each([
  ["a client, a pool and a route", believableModel()],
  ["a cache", longer],
])("%s: terminal and comment have the same sentences", (_, model) => {
  const report = reportOf(model);
  const [comment = ""] = markdownReport(report, { whole: "npm run review" });
  const printed = terminalReport(report);
  /** The lines below a title that begin with one of these signs, without it. */
  const below = (title: string, sign: RegExp) => {
    const [, part = ""] = `\n${printed}`.split(`\n${title}\n`);
    const lines = part.split("\n\n")[0]?.split("\n") ?? [];
    return lines.filter((line) => sign.test(line)).map((line) => line.replace(sign, ""));
  };
  const access = below(TITLES.access, /^ {2}[+-] /);
  expect(access.length).toBeGreaterThan(3);
  expect(listed(comment, TITLES.access)).toEqual(access);
  expect(listed(comment, TITLES.losses)).toEqual(below(TITLES.losses, /^ {2}! /));
  const outline = digest(report);
  expect(outline.length).toBeLessThanOrEqual(15);
  const [, first = ""] = comment.split("\n\n");
  expect(first.split("\n").map((line) => textOf(line.slice(2)))).toEqual(outline);
});

test("a changed condition is named, and the part that routes share is stated once", () => {
  const [comment = ""] = markdownReport(reportOf(longer), { whole: "npm run review" });
  expect(listed(comment, TITLES.access)).toContain(
    "customers/web may call GET|PATCH /accounts/me, GET|POST /orders with a less strict condition (cache TTL in seconds: 60 → 300)",
  );
  expect(comment.match(/Results are cached for/g)).toHaveLength(1);
});

test("every format says what drift opened, and a review of drift says it first", () => {
  const model = modelOf(fixture("trust-drifted"));
  const sentence = "any principal is now allowed sts:AssumeRole (trust policy) on role storefront-dev-orders";
  for (const format of ["terminal", "markdown"]) {
    const [whole = "", first = ""] = [[reviewedOf(model)], driftReviews(model)].map((reviews) =>
      textOf(FORMATS[format]?.(reviews, "npm run plan") ?? "").replaceAll("\u200b", ""),
    );
    expect([format, whole.includes(sentence)]).toEqual([format, true]);
    const now = first.indexOf(sentence);
    expect([format, now >= 0 && now < first.indexOf(sentence.replace("is now", "is no longer"))]).toEqual([
      format,
      true,
    ]);
  }
});
