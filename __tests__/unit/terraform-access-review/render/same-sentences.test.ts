import { driftReviews, FORMATS, reviewedOf } from "../../../../packages/terraform-access-review/formats";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { TITLES } from "../../../../packages/terraform-access-review/render/pieces";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { believableModel, pageOf } from "../../../support/believable-model";
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

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => textOf(found));

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
])("%s: page and comment have the same sentences", (_, model) => {
  const [comment = ""] = markdownReport(reportOf(model), { whole: "npm run review" });
  const page = pageOf(model);
  const access = matches(page, /<span class="sentence">(.*?)<\/span>/g);
  expect(access.length).toBeGreaterThan(3);
  expect(listed(comment, TITLES.access)).toEqual(access);
  const [losses = ""] = matches(page, /<ul class="losses">([\s\S]*?)<\/ul>/g);
  expect(listed(comment, TITLES.losses)).toEqual(losses.split("\n").filter((line) => line !== ""));
  const [outline = ""] = /<ul class="digest">([\s\S]*?)<\/ul>/.exec(page) ?? [];
  const lines = matches(outline, /<li[^>]*>(.*?)<\/li>/g);
  expect(lines.length).toBeLessThanOrEqual(15);
  const [, first = ""] = comment.split("\n\n");
  expect(first.split("\n").map((line) => textOf(line.slice(2)))).toEqual(lines);
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
  const source = { command: "npm run plan", file: () => "synthesized/dev/main.tf.json" };
  for (const format of ["terminal", "markdown", "html", "sarif"]) {
    const [whole = "", first = ""] = [[reviewedOf(model)], driftReviews(model)].map((reviews) =>
      textOf(FORMATS[format]?.(reviews, source) ?? "").replaceAll("\u200b", ""),
    );
    expect([format, whole.includes(sentence)]).toEqual([format, true]);
    const now = first.indexOf(sentence);
    expect([format, now >= 0 && now < first.indexOf(sentence.replace("is now", "is no longer"))]).toEqual([
      format,
      true,
    ]);
  }
});
